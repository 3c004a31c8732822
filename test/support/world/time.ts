/** The world's clock: it moves only when a test says so, and stops wherever something is due. */
import type { Engine } from '../../../local/cloud/stepfunctions/engine.ts';
import { type Consumer, consumeAll } from './lanes.ts';

interface Timer {
  at: number;
  run: () => Promise<unknown>;
}

/** Whatever goes on without time passing comes to rest within so many turns, or it goes on for ever. */
const MAX_TURNS = 1_000;

export function createTime(start: number) {
  let now = start;
  const timers: Timer[] = [];
  const consumers: Consumer[] = [];
  let engine: Engine | undefined;

  async function timersDue(): Promise<boolean> {
    const due = timers.filter(({ at }) => at <= now);
    for (const timer of due) {
      timers.splice(timers.indexOf(timer), 1);
      await timer.run();
    }
    return due.length > 0;
  }

  async function machineDue(): Promise<boolean> {
    await engine?.idle();
    if ((engine?.nextDue() ?? Number.POSITIVE_INFINITY) > now) return false;
    await engine?.runDue();
    await engine?.idle();
    return true;
  }

  /** Lets everything take what is due now, until nothing is. */
  async function drain(): Promise<void> {
    for (let turns = 0; turns < MAX_TURNS; turns++) {
      let any = await timersDue();
      for (const consumer of consumers) if (await consumeAll(consumer)) any = true;
      if (await machineDue()) any = true;
      if (!any) return;
    }
    throw new Error('the world does not come to rest');
  }

  const times = (): number[] => [
    ...consumers.flatMap(({ lane }) => lane.nextAt() ?? []),
    ...timers.map(({ at }) => at),
    engine?.nextDue() ?? Number.POSITIVE_INFINITY,
  ];

  return {
    clock: { now: () => now },
    consumers,
    drain,
    run(machine: Engine): void {
      engine = machine;
    },
    later(ms: number, run: () => Promise<unknown>): void {
      timers.push({ at: now + ms, run });
    },
    /** Moves the clock by `ms`, or less when `until` says so. */
    async advance(ms: number, until: () => boolean = () => false): Promise<void> {
      const end = now + ms;
      await drain();
      while (!until()) {
        const next = Math.min(...times().filter((at) => at > now), Number.POSITIVE_INFINITY);
        if (next > end) break;
        now = next;
        await drain();
      }
      if (!until()) now = end;
    },
  };
}
