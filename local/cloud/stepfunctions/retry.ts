/** Whether and when a failed state is tried again (States Language, "Retrying after error"). */
import type { Retrier } from './definition.ts';
import { matches } from './errors.ts';

/**
 * Milliseconds until the next try, unscaled; undefined when there is none. The first retrier that names the error decides
 * alone, and its count in `retries` is raised: counts are kept per retrier as long as the state is not left.
 */
export function retryAfter(
  retriers: readonly Retrier[],
  retries: number[],
  error: string,
  random: () => number,
): number | undefined {
  const index = retriers.findIndex(({ ErrorEquals }) => matches(ErrorEquals, error));
  const retrier = retriers[index];
  const made = retries[index] ?? 0;
  if (!retrier || made >= retrier.MaxAttempts) return undefined;
  for (let n = 0; n <= index; n++) retries[n] ??= 0;
  retries[index] = made + 1;
  const { IntervalSeconds, BackoffRate, MaxDelaySeconds = Number.POSITIVE_INFINITY, JitterStrategy } = retrier;
  const delay = Math.min(IntervalSeconds * BackoffRate ** made, MaxDelaySeconds) * 1000;
  return JitterStrategy === 'FULL' ? random() * delay : delay;
}
