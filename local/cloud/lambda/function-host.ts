/**
 * One function: its environments, loaded when it is called and not before, up to a limit, reused when idle, replaced when
 * they die. Like Lambda it refuses to run a function again and again in one chain of requests, unless its template allows
 * that.
 */
import type { Writable } from 'node:stream';
import { Environment } from './environment.ts';
import { enter, MAX_RUNS, runsSoFar } from './lineage.ts';
import { Pool } from './pool.ts';
import { FunctionError } from './protocol.ts';
import type { FunctionSpec } from './spec.ts';

interface Waiting {
  since: number;
  resolve(environment: Environment): void;
  reject(error: Error): void;
}

export class FunctionHost {
  readonly spec: FunctionSpec;
  readonly #limit: number;
  readonly #log: Writable;
  readonly #say: (line: string) => void;
  readonly #pool: Pool;
  readonly #environments = new Set<Environment>();
  readonly #queue: Waiting[] = [];
  #isLoading = false;
  #growing: NodeJS.Timeout | undefined;
  #stopped = false;
  #hasLoaded = false;
  #hasRefused = false;

  /**
   * @param limit the most environments it may have; further invocations wait for one
   * @param log takes what the function prints, and each run that was refused or died
   * @param say tells whoever watches the run of the first run that was refused as a loop
   * @param pool is shared with the other functions of the run
   */
  constructor(spec: FunctionSpec, limit: number, log: Writable, say: (line: string) => void, pool = new Pool()) {
    this.spec = spec;
    this.#limit = limit;
    this.#log = log;
    this.#say = say;
    this.#pool = pool;
  }

  /** Loads the bundle in a quiet moment and lets it go, unless it has been loaded before. Throws why it does not load. */
  async check(): Promise<void> {
    if (!this.#hasLoaded) await this.#pool.quiet();
    if (this.#hasLoaded || this.#stopped) return;
    const environment = await this.#pool.load(() => this.#start()).finally(() => this.#grow());
    if (this.#queue.length > 0) return this.#release(environment);
    this.forget(environment);
    await environment.stop();
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
    clearTimeout(this.#growing);
    for (const { reject } of this.#queue.splice(0)) reject(stopping());
    await Promise.all([...this.#environments].map((environment) => environment.stop()));
  }

  /** The environment is none of its own any more. */
  forget(environment: Environment): void {
    this.#environments.delete(environment);
  }

  #refuseLoop(chain: string | undefined): void {
    const { name, arn, mayLoop } = this.spec;
    if (mayLoop || runsSoFar(chain, arn) < MAX_RUNS) return;
    const errorMessage = `${name} was not run: it has run ${MAX_RUNS} times in this chain of requests (RecursiveLoop)`;
    const refused = new FunctionError({ errorType: 'RecursiveInvocationException', errorMessage });
    this.#log.write(`${refused.message}\n`);
    if (!this.#hasRefused) this.#say(`${errorMessage}; its log has this and all others`);
    this.#hasRefused = true;
    throw refused;
  }

  async #acquire(): Promise<Environment> {
    if (this.#stopped) throw stopping();
    for (let idle = this.#pool.take(this); idle; idle = this.#pool.take(this)) {
      if (idle.alive) return idle;
      this.forget(idle);
    }
    return new Promise((resolve, reject) => {
      this.#queue.push({ since: Date.now(), resolve, reject });
      this.#grow();
    });
  }

  #release(environment: Environment): void {
    const next = environment.alive ? this.#queue.shift() : undefined;
    if (next) next.resolve(environment);
    else if (environment.alive) this.#pool.put(this, environment);
    else this.forget(environment);
    this.#grow();
  }

  /**
   * Loads one more environment if the limit allows it and somebody has waited for long enough; one at a time, since what
   * has come meanwhile is mostly done by the one that loads.
   */
  #grow(): void {
    clearTimeout(this.#growing);
    const [first] = this.#queue;
    if (!first || this.#isLoading || this.#stopped || this.#environments.size >= this.#limit) return;
    const waitMs = this.#environments.size === 0 ? 0 : first.since + this.#pool.patienceMs - Date.now();
    if (waitMs > 0) this.#growing = setTimeout(() => this.#grow(), waitMs);
    else void this.#load();
  }

  async #load(): Promise<void> {
    this.#isLoading = true;
    try {
      const environment = await this.#pool.load(() => this.#start());
      this.#isLoading = false;
      this.#release(environment);
    } catch (error) {
      this.#isLoading = false;
      this.#queue.shift()?.reject(error as Error);
      this.#grow();
    }
  }

  /** A thread that loads the bundle; one that cannot is none of the function's environments. */
  #start(): Environment {
    if (this.#stopped) throw stopping();
    const environment = new Environment(this.spec, this.#log);
    this.#environments.add(environment);
    void environment.ready.then(
      () => {
        this.#hasLoaded = true;
      },
      () => this.forget(environment),
    );
    return environment;
  }
}

const stopping = () => new FunctionError({ errorType: 'Stopped', errorMessage: 'the local run is stopping' });
