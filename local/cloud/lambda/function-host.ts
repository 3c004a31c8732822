/** One function: its environments, started when needed up to a limit, reused when idle, replaced when they die. */
import type { Writable } from 'node:stream';
import { Environment } from './environment.ts';
import { FunctionError } from './protocol.ts';
import type { FunctionSpec } from './spec.ts';

export class FunctionHost {
  readonly spec: FunctionSpec;
  readonly #limit: number;
  readonly #log: Writable;
  readonly #environments = new Set<Environment>();
  readonly #idle: Environment[] = [];
  readonly #queue: ((environment: Environment) => void)[] = [];
  #stopped = false;

  /** `limit` is the most environments it may have; further invocations wait for one. */
  constructor(spec: FunctionSpec, limit: number, log: Writable) {
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
      if (idle.alive) return idle;
      this.#environments.delete(idle);
    }
    if (this.#environments.size < this.#limit) return this.#start();
    return new Promise((resolve) => this.#queue.push(resolve));
  }

  #release(environment: Environment): void {
    if (!environment.alive) this.#environments.delete(environment);
    const next = this.#queue.shift();
    if (next) next(environment.alive ? environment : this.#start());
    else if (environment.alive) this.#idle.push(environment);
  }
}
