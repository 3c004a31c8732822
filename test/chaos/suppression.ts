/** Holds, releases and shared messages on bad lines: schedules get lost, and the sweep comes each minute. */
import type { AfterFailure } from '../../lambdas/use-cases/after-failure.ts';
import { createWorldSuppression } from '../support/world/suppression.ts';
import type { Simulation } from './simulation.ts';

const MINUTE = 60_000;
/** So many schedules never come back: nothing hangs on them (ADR 12). */
const LOST = 0.2;

type Deps = Omit<Parameters<typeof createWorldSuppression>[0], 'later' | 'afterFailure'>;

export function createChaosSuppression(sim: Simulation, deps: Deps, afterFailure: () => AfterFailure) {
  const suppression = createWorldSuppression({
    ...deps,
    afterFailure,
    later: (ms, run) => void (sim.chance(LOST) || sim.at(Math.max(ms, 0), 'schedule', run)),
  });
  let sweptAt = sim.now;
  /** Not before there is something to do, or the run would go on for ever. */
  const nextSweep = (): number | undefined => {
    const ends = suppression.rows.holds.peek().map(({ until }) => until);
    return ends.length === 0 ? undefined : Math.max(sweptAt + MINUTE, Math.min(...ends));
  };
  sim.add({
    nextAt: nextSweep,
    start() {
      sweptAt = sim.now;
      sim.spawn('sweep', suppression.sweep);
    },
  });
  return suppression;
}
