/** Holds, releases and shared messages on bad lines: schedules get lost, and the sweep comes each minute. */
import type { AfterFailure } from '../../lambdas/operations/after-failure.ts';
import { createWorldRestraint } from '../support/world/restraint.ts';
import type { Simulation } from './simulation.ts';

const MINUTE = 60_000;
/** So many schedules never come back: nothing hangs on them (ADR 12). */
const LOST = 0.2;

type Deps = Omit<Parameters<typeof createWorldRestraint>[0], 'later' | 'afterFailure'>;

export function createChaosRestraint(sim: Simulation, deps: Deps, afterFailure: () => AfterFailure) {
  const restraint = createWorldRestraint({
    ...deps,
    afterFailure,
    later: (ms, run) => void (sim.chance(LOST) || sim.at(Math.max(ms, 0), 'schedule', run)),
  });
  let sweptAt = sim.now;
  /** Not before there is something to do, or the run would go on for ever. */
  const nextSweep = (): number | undefined => {
    const ends = restraint.rows.holds.peek().map(({ until }) => until);
    return ends.length === 0 ? undefined : Math.max(sweptAt + MINUTE, Math.min(...ends));
  };
  sim.add({
    nextAt: nextSweep,
    start() {
      sweptAt = sim.now;
      sim.spawn('sweep', restraint.sweep);
    },
  });
  return restraint;
}
