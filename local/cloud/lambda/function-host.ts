/**
 * One function: its environments, started when needed up to a limit, reused when idle, replaced when they die. Like Lambda
 * it refuses to run a function again and again in one chain of requests, unless its template allows that.
 */
import type { Writable } from 'node:stream';
import { Environment } from './environment.ts';
import { enter, MOST_RUNS, runsSoFar } from './lineage.ts';
import { FunctionError } from './protocol.ts';
import type { FunctionSpec } from './spec.ts';

/** An environment that nobody needs for so long is ended: each takes some 30 MB, and a burst leaves many behind. */
const IDLE_MS = 5 * 60_000;

export class FunctionHost {
  readonly spec: FunctionSpec;
  readonly #limit: number;
  readonly #log: Writable;
  readonly #say: (line: string) => void;
  readonly #idleMs: number;
  readonly #environments = new Set<Environment>();
  /** The one that was used last is the last, and is used next; so the first have waited longest. */
  readonly #idle: { environment: Environment; since: number }[] = [];
  #sweep: NodeJS.Timeout | undefined;
  readonly #queue: ((environment: Environment) => void)[] = [];
  #stopped = false;
  #hasRefused = false;

  /**
   * @param limit the most environments it may have; further invocations wait for one
   * @param log takes what the function prints, and each run that was refused or died
   * @param say tells whoever watches the run of the first run that was refused as a loop
   */
  constructor(spec: FunctionSpec, limit: number, log: Writable, say: (line: string) => void, idleMs = IDLE_MS) {
    this.#idleMs = idleMs;
    this.spec = spec;
    this.#limit = limit;
    this.#log = log;
    this.#say = say;
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

  /**
   * Invokes the function; answers what its handler returned. Throws `FunctionError`.
   * @param chain the trace header that came with the event; without one a new chain of requests begins
   */
  async invoke(event: unknown, chain?: string): Promise<unknown> {
    this.#refuseLoop(chain);
    const environment = await this.#acquire();
    try {
      return JSON.parse(await environment.invoke(event, enter(chain, this.spec.arn)));
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

  #refuseLoop(chain: string | undefined): void {
    const { name, arn, mayLoop } = this.spec;
    if (mayLoop || runsSoFar(chain, arn) < MOST_RUNS) return;
    const errorMessage = `${name} was not run: it has run ${MOST_RUNS} times in this chain of requests (RecursiveLoop)`;
    const refused = new FunctionError({ errorType: 'RecursiveInvocationException', errorMessage });
    this.#log.write(`${refused.message}\n`);
    if (!this.#hasRefused) this.#say(`${errorMessage}; its log has this and all others`);
    this.#hasRefused = true;
    throw refused;
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
