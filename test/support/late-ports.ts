/**
 * Ports that settle late, and handlers that must wait for them. Lambda freezes a function when its handler's promise
 * settles: a call that was not awaited is lost then, although every store in memory would have done it at once.
 *
 * Of the calls that a handler has under way the newest settles first, and only once nothing else goes on. So a handler
 * that forgot to await one reaches its end while that call is still held, whatever it awaited in between; one that awaits
 * them all, one after the other or together, never does. Handlers that run at the same time take turns.
 */
import { AsyncLocalStorage } from 'node:async_hooks';

/** How a world's ports behave, and how its handlers are run. */
export interface Surroundings {
  port<T extends object>(name: string, port: T): T;
  handler<A extends unknown[], R>(name: string, handle: (...args: A) => Promise<R>): (...args: A) => Promise<R>;
}

/** For what counts and measures: ports and handlers as they are. */
export const PLAIN: Surroundings = { port: (_, port) => port, handler: (_, handle) => handle };

type Call = () => Promise<unknown>;

/** The port with every call of its functions made by `around`, which may make it later, or not at all. */
export function wrapCalls<T extends object>(port: T, around: (method: string, call: Call) => Promise<unknown>): T {
  return new Proxy(port, {
    get(target, method) {
      const value: unknown = Reflect.get(target, method);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]) =>
        around(String(method), async () => (value as (...args: unknown[]) => unknown).apply(target, args));
    },
  });
}

/** So many turns of the event loop without a new call: nothing goes on but the calls that are held. */
const QUIET_TURNS = 2;

/** One run of a handler. */
interface Run {
  /** The calls that have not settled, by number. */
  open: Map<number, { name: string; settled: Promise<unknown> }>;
  /** Those of them that have not been let go, oldest first. */
  held: (() => void)[];
  /** The number of the last call when one of them failed; 0 while none has. */
  failedAt: number;
}
const runs = new AsyncLocalStorage<Run>();
/** Runs that have held calls; the first has the next turn. */
const waiting = new Set<Run>();
let made = 0;
let isPumping = false;
const floating: string[] = [];

async function pump(): Promise<void> {
  isPumping = true;
  while (waiting.size > 0) {
    let seen = made;
    for (let quiet = 0; quiet < QUIET_TURNS; quiet++) {
      await new Promise((resolve) => setImmediate(resolve));
      if (made !== seen) [seen, quiet] = [made, -1];
    }
    const [run] = waiting;
    if (!run) break;
    waiting.delete(run);
    run.held.pop()?.();
    if (run.held.length > 0) waiting.add(run);
  }
  isPumping = false;
}

export const LATE: Surroundings = {
  port: (name, port) =>
    wrapCalls(port, (method, call) => {
      const run = runs.getStore();
      // Outside of handlers tests look at stores and prepare them.
      if (!run) return call();
      const number = ++made;
      const inContext = AsyncLocalStorage.snapshot();
      const settled = new Promise((resolve, reject) => {
        run.held.push(() => {
          inContext(call)
            .finally(() => run.open.delete(number))
            .then(resolve, (error) => {
              run.failedAt = made;
              reject(error);
            });
        });
      });
      run.open.set(number, { name: `${name}.${method}`, settled });
      waiting.add(run);
      if (!isPumping) void pump();
      return settled;
    }),

  handler:
    (name, handle) =>
    async (...args) => {
      const run: Run = { open: new Map(), held: [], failedAt: 0 };
      const note = () => {
        for (const [number, call] of run.open) {
          // Of calls that were made together one may fail while the others go on. A call that was made after it is no such.
          if (number > run.failedAt) floating.push(`${name} ended before ${call.name} had settled`);
        }
      };
      try {
        return await runs.run(run, () => handle(...args));
      } finally {
        note();
        if (run.failedAt > 0) await Promise.allSettled([...run.open.values()].map(({ settled }) => settled));
      }
    },
};

/** What handlers did not wait for since the last look. */
export const takeFloating = (): string[] => [...new Set(floating.splice(0))];
