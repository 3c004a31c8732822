/** Brings the lines of delivery logs to whoever subscribes to them, when their time has come. */
import type { LogLine, Store } from '../store.ts';

/**
 * Hands a line of a log group over. `unheard`: there is nobody yet, because the run is still starting; `failed`: the
 * subscriber did not take it; `done` also when nobody subscribes at all.
 */
export type DeliverLine = (logGroup: string, line: string) => Promise<'done' | 'unheard' | 'failed'>;

export interface LogDelivery {
  /** Call after a line was stored. */
  wake(): void;
  stop(): Promise<void>;
}

/** Lines wait in the store, so that a kill loses none; they are brought again until a run is up that takes them. */
const UNHEARD_EVERY_MS = 500;
/** Lambda invokes a function that failed twice more; over there after one and two minutes. */
const TRIES = 3;
const backoff = (tries: number) => 500 * 2 ** tries;

export function startLogDelivery(store: Store, deliver: DeliverLine): LogDelivery {
  const busy = new Map<number, Promise<void>>();
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;

  function wake(): void {
    clearTimeout(timer);
    if (stopped) return;
    for (const line of store.dueLines(Date.now())) {
      if (busy.has(line.seq)) continue;
      const done = take(line).then(
        () => free(line, 0),
        () => free(line, 1_000),
      );
      busy.set(line.seq, done);
    }
    const due = store.nextLineDue();
    // What is busy wakes us when it is done; without the floor its overdue line would make this spin.
    if (due !== undefined) timer = setTimeout(wake, Math.max(due - Date.now(), 50));
  }

  /** Lets the line come again if it is still there; after a failure of ours (a full disk) with a pause. */
  function free({ seq }: LogLine, pauseMs: number): void {
    busy.delete(seq);
    clearTimeout(timer);
    if (pauseMs === 0) wake();
    else if (!stopped) timer = setTimeout(wake, pauseMs);
  }

  async function take(line: LogLine): Promise<void> {
    const outcome = await deliver(line.logGroup, line.line).catch(() => 'failed' as const);
    if (stopped && outcome !== 'done') return;
    if (outcome === 'unheard') return store.postponeLine(line, Date.now() + UNHEARD_EVERY_MS, line.tries);
    if (outcome === 'failed' && line.tries + 1 < TRIES) {
      return store.postponeLine(line, Date.now() + backoff(line.tries), line.tries + 1);
    }
    store.finishLine(line);
  }

  wake();
  return {
    wake,
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await Promise.allSettled(busy.values());
    },
  };
}
