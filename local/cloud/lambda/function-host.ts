/** One function: its environments, started when needed up to a limit, reused when idle, replaced when they die. */
import type { Writable } from 'node:stream';
import { Environment } from './environment.ts';
import { FunctionError } from './protocol.ts';
import type { FunctionSpec } from './spec.ts';

/** An environment that nobody needs for so long is ended: each takes some 30 MB, and a burst leaves many behind. */
const IDLE_MS = 5 * 60_000;

export class FunctionHost {
  readonly spec: FunctionSpec;
  readonly #limit: number;
  readonly #log: Writable;
  readonly #idleMs: number;
  readonly #environments = new Set<Environment>();
  /** The one that was used last is the last, and is used next; so the first have waited longest. */
  readonly #idle: { environment: Environment; since: number }[] = [];
  #sweep: NodeJS.Timeout | undefined;
  readonly #queue: ((environment: Environment) => void)[] = [];
  #stopped = false;

  /** `limit` is the most environments it may have; further invocations wait for one. */
  constructor(spec: FunctionSpec, limit: number, log: Writable, idleMs = IDLE_MS) {
    this.#idleMs = idleMs;
    this.spec = spec;
    this.#limit = limit;
    this.#log = log;
  }

  /** Loads the bundle once, so that a function that cannot start is known before anything is served. */
  async warm(): Promise<void> {
    const environment = this.#start();
    try {
      await environment.ready;
    } finally {
      this.#release(environment);
    }
  }

  /** Invokes the function; answers what its handler returned. Throws `FunctionError`. */
  async invoke(event: unknown): Promise<unknown> {
    const environment = await this.#acquire();
    try {
      return JSON.parse(await environment.invoke(event));
    } catch (error) {
      if (error instanceof FunctionError && !environment.alive) this.#log.write(`${error.message}\n`);
      throw error;
    } finally {
      this.#release(environment);
    }
  }

  /** Ends every environment, idle or not. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#sweep);
    await Promise.all([...this.#environments].map((environment) => environment.stop()));
  }

  #start(): Environment {
    const environment = new Environment(this.spec, this.#log);
    this.#environments.add(environment);
    return environment;
  }

  async #acquire(): Promise<Environment> {
    if (this.#stopped) throw new FunctionError({ errorType: 'Stopped', errorMessage: 'the local run is stopping' });
    for (let idle = this.#idle.pop(); idle; idle = this.#idle.pop()) {
      if (idle.environment.alive) return idle.environment;
      this.#environments.delete(idle.environment);
    }
    if (this.#environments.size < this.#limit) return this.#start();
    return new Promise((resolve) => this.#queue.push(resolve));
  }

  #release(environment: Environment): void {
    if (!environment.alive) this.#environments.delete(environment);
    const next = this.#queue.shift();
    if (next) next(environment.alive ? environment : this.#start());
    else if (environment.alive) this.#rest(environment);
  }

  #rest(environment: Environment): void {
    this.#idle.push({ environment, since: Date.now() });
    this.#sweep ??= setTimeout(() => this.#endIdle(), this.#idleMs).unref();
  }

  /** Ends what has been idle for long enough, and looks again when the next one will have been. */
  #endIdle(): void {
    this.#sweep = undefined;
    for (let [first] = this.#idle; first && Date.now() - first.since >= this.#idleMs; [first] = this.#idle) {
      this.#idle.shift();
      this.#environments.delete(first.environment);
      void first.environment.stop();
    }
    const [next] = this.#idle;
    if (next && !this.#stopped) {
      this.#sweep = setTimeout(() => this.#endIdle(), next.since + this.#idleMs - Date.now()).unref();
    }
  }
}
