/**
 * What the functions of a run share: the processor, which loads few bundles at once, and the memory. An environment takes
 * some 25 MB, so of those that nobody uses only the last used stay, and they not for long; a function that is called again
 * later loads again, in about 100 ms, as in Lambda.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Environment } from './environment.ts';

export interface PoolOptions {
  /** So many bundles load at once, for two cores: more only get into each other's way. */
  loads?: number;
  /** So many idle environments are kept: what a page on all channels needs, and not what a burst leaves behind. */
  idle?: number;
  /** For so long; longer than the minute between two runs of a schedule. */
  idleMs?: number;
  /** Those beyond that number are kept for so long: what is called again and again in a burst is not loaded again and again. */
  surplusMs?: number;
  /** So long an invocation waits for a busy environment of its function before there is one more. Most runs are shorter. */
  patienceMs?: number;
  /** Nobody has called anything for so long: then there is time to check bundles. */
  quietMs?: number;
}

/** Whose environments they are. */
export interface Owner {
  /** Told when an idle environment is ended. */
  forget(environment: Environment): void;
}

/** A bundle that is only checked waits no longer than this for a quiet moment. */
const QUIET_WITHIN_MS = 2_000;

export class Pool {
  readonly patienceMs: number;
  readonly #loads: number;
  readonly #most: number;
  readonly #idleMs: number;
  readonly #surplusMs: number;
  readonly #quietMs: number;
  /** Who has waited longest is first. */
  readonly #idle: { owner: Owner; environment: Environment; since: number }[] = [];
  readonly #turns: (() => void)[] = [];
  #loading = 0;
  #usedAt = 0;
  #sweep: NodeJS.Timeout | undefined;

  constructor(options: PoolOptions = {}) {
    const { loads = 2, idle = 6, idleMs = 90_000, surplusMs = 500, patienceMs = 100, quietMs = 300 } = options;
    this.patienceMs = patienceMs;
    this.#loads = loads;
    this.#most = idle;
    this.#idleMs = idleMs;
    this.#surplusMs = surplusMs;
    this.#quietMs = quietMs;
  }

  /** Starts an environment when it is its turn. Settles when its bundle is loaded; rejects with what it threw. */
  async load(start: () => Environment): Promise<Environment> {
    this.#usedAt = Date.now();
    if (this.#loading < this.#loads) this.#loading++;
    else await new Promise<void>((resolve) => this.#turns.push(resolve));
    try {
      const environment = start();
      await environment.ready;
      return environment;
    } finally {
      const next = this.#turns.shift();
      if (next) next();
      else this.#loading--;
    }
  }

  /** Settles when there is time for what nobody waits for. */
  async quiet(): Promise<void> {
    const end = Date.now() + QUIET_WITHIN_MS;
    for (let now = Date.now(); now < Math.min(end, this.#usedAt + this.#quietMs); now = Date.now()) {
      await sleep(Math.min(end, this.#usedAt + this.#quietMs) - now, undefined, { ref: false });
    }
  }

  /** The owner's idle environment that was used last. */
  take(owner: Owner): Environment | undefined {
    this.#usedAt = Date.now();
    const at = this.#idle.findLastIndex((one) => one.owner === owner);
    return at < 0 ? undefined : this.#idle.splice(at, 1)[0]?.environment;
  }

  /** Keeps it until it is taken, or ended. */
  put(owner: Owner, environment: Environment): void {
    this.#usedAt = Date.now();
    this.#idle.push({ owner, environment, since: this.#usedAt });
    this.#endOld();
  }

  /** Ends what has been idle for long enough, and looks again when the next one will have been. */
  #endOld(): void {
    clearTimeout(this.#sweep);
    for (let [first] = this.#idle; first; [first] = this.#idle) {
      const keptMs = this.#idle.length > this.#most ? this.#surplusMs : this.#idleMs;
      const leftMs = first.since + keptMs - Date.now();
      if (leftMs > 0) {
        this.#sweep = setTimeout(() => this.#endOld(), leftMs).unref();
        return;
      }
      this.#idle.shift();
      first.owner.forget(first.environment);
      void first.environment.stop();
    }
  }
}
