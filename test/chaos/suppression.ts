/** Schedules of held pages on bad lines: some get lost, and the sweep comes each minute. */
import { MINUTE } from '../../lambdas/core/time.ts';
import type { memoryHolds } from '../support/memory-suppression.ts';
import type { Simulation } from './simulation.ts';

/** So many schedules never come back: nothing hangs on them (ADR 12). */
const LOST = 0.2;

export const scheduling =
  (sim: Simulation) =>
  (ms: number, run: () => Promise<unknown>): void =>
    void (sim.chance(LOST) || sim.at(Math.max(ms, 0), 'schedule', run));

/** Sweeps each minute. Not before there is something to do, or the run would go on for ever. */
export function runSweeps(sim: Simulation, holds: ReturnType<typeof memoryHolds>, sweep: () => Promise<void>): void {
  let sweptAt = sim.now;
  const nextSweep = (): number | undefined => {
    const ends = holds.peek().map(({ until }) => until);
    return ends.length === 0 ? undefined : Math.max(sweptAt + MINUTE, Math.min(...ends));
  };
  sim.add({
    nextAt: nextSweep,
    start() {
      sweptAt = sim.now;
      sim.spawn('sweep', sweep);
    },
  });
}
