import { rules } from '../../core/rules.ts';
import { MINUTE } from '../../core/time.ts';
import { availableIn, type Lanes } from '../../runtime/lanes-env.ts';
import { deployedWording } from '../wording.ts';

interface Scaled {
  TIME_SCALE: number;
}

export const rulesOf = (env: Scaled) => ({ rules: rules(env.TIME_SCALE) });
export const spoken = () => ({ overrides: deployedWording() });
export const dispatchSettings = (env: Scaled & { LANES: Lanes; HOURLY_CAP: number }) => ({
  rules: rules(env.TIME_SCALE),
  available: availableIn(env.LANES),
  hourlyCap: env.HOURLY_CAP,
});

/** What one sender may send, in the time of this run: ms between two messages, and how many may go out at once. */
export const paceOf = (perMinute: number, burst: number, timeScale: number) => ({
  interval: MINUTE / perMinute / timeScale,
  burst,
});
/** Two lanes share a sender, and so many workers drain each. */
export const environmentsOf = (env: { LANE_CONCURRENCY: number }) => 2 * env.LANE_CONCURRENCY;
