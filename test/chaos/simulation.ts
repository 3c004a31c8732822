/**
 * One thread, a clock of its own and a seed: whatever runs here pauses at every call to the outside, and the seed decides
 * who goes on. So every interleaving can happen, ten minutes pass in milliseconds, and a seed replays exactly.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { inNewChain } from '../support/chain.ts';

export type Random = () => number;

/** mulberry32: small, fast, and good enough to shake things with. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** One invocation of a function. A dead one gets nothing done any more, whatever its code still tries. */
export interface Invocation {
  id: number;
  name: string;
  dead: boolean;
}

export class Died extends Error {}

interface Parked {
  at: number;
  resume: () => void;
}

/** Something that can start work when it is due, e.g. a queue with messages. */
export interface Source {
  nextAt(): number | undefined;
  start(): void;
}

export class Simulation {
  now: number;
  readonly random: Random;
  private readonly parked: Parked[] = [];
  private readonly sources: Source[] = [];
  private readonly invocations = new AsyncLocalStorage<Invocation>();
  private lastId = 0;

  constructor(seed: number, start: number) {
    this.random = seeded(seed);
    this.now = start;
  }

  chance(share: number): boolean {
    return this.random() < share;
  }

  pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.random() * items.length)] as T;
  }

  between(low: number, high: number): number {
    return Math.floor(low + this.random() * (high - low));
  }

  add(source: Source): void {
    this.sources.push(source);
  }

  get invocation(): Invocation | undefined {
    return this.invocations.getStore();
  }

  /** Lets others go first, and time pass. */
  pause(ms = 0): Promise<void> {
    return new Promise((resume) => this.parked.push({ at: this.now + ms, resume }));
  }

  /** Starts something that runs on its own, in a chain of requests of its own. What it throws is its own affair. */
  spawn(name: string, work: (invocation: Invocation) => Promise<unknown>): void {
    const invocation = { id: ++this.lastId, name, dead: false };
    const start = async () => {
      await this.pause();
      await work(invocation).catch(() => undefined);
    };
    void this.invocations.run(invocation, () => inNewChain(start));
  }

  /** At a time from the start of the run. */
  at(ms: number, name: string, work: (invocation: Invocation) => Promise<unknown>): void {
    this.parked.push({ at: this.now + ms, resume: () => this.spawn(name, work) });
  }

  /** Runs until nothing is left to do, or `end`, or `enough`. Returns the number of steps. */
  async run(end: number, enough: () => boolean = () => false): Promise<number> {
    for (let steps = 0; ; steps++) {
      if (enough()) return steps;
      // Everything that can go on without the outside has gone on by the next turn of the event loop.
      await new Promise((resolve) => setImmediate(resolve));
      const choices: (Parked | Source)[] = [];
      let next = Number.POSITIVE_INFINITY;
      for (const one of this.parked) {
        if (one.at <= this.now) choices.push(one);
        else if (one.at < next) next = one.at;
      }
      for (const source of this.sources) {
        const at = source.nextAt() ?? Number.POSITIVE_INFINITY;
        if (at <= this.now) choices.push(source);
        else if (at < next) next = at;
      }
      if (choices.length > 0) {
        const chosen = this.pick(choices);
        if ('resume' in chosen) {
          this.parked.splice(this.parked.indexOf(chosen), 1);
          chosen.resume();
        } else chosen.start();
        continue;
      }
      if (next > end) return steps;
      this.now = next;
    }
  }
}
