import type { Clock } from '../core/clock.ts';
import type { CheckResult, ProviderCheck } from '../core/health/ports.ts';
import { MINUTE } from '../core/time.ts';

/** A check must be done within its function's time-out, whatever becomes of the questions. */
const MAX_WAIT_MS = 6_000;
/** Set-ups change seldom, and the questions about them have low limits: they are asked this often. */
export const ASKED_EVERY_MS = 5 * MINUTE;

interface Deps {
  clock: Clock;
  every: number;
}

/**
 * The check of a provider, and where it is well, what its set-up cannot carry. What the set-up is like is remembered for
 * `every` milliseconds; an answer that could not be had is asked for again with the next check.
 */
export function withStanding(
  one: ProviderCheck,
  standing: () => Promise<CheckResult>,
  { clock, every }: Deps,
): ProviderCheck {
  let known: { at: number; result: CheckResult } | undefined;
  return {
    ...one,
    async check() {
      const found = await one.check();
      if (found.finding !== 'ok') return found;
      if (!known || clock.now() - known.at >= every || known.result.finding === 'unknown') {
        known = { at: clock.now(), result: await inTime(standing()) };
      }
      return known.result;
    },
  };
}

function inTime(asking: Promise<CheckResult>): Promise<CheckResult> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<CheckResult>((resolve) => {
    timer = setTimeout(() => resolve({ finding: 'unknown', message: 'its set-up was not told in time' }), MAX_WAIT_MS);
  });
  return Promise.race([asking, tooLate]).finally(() => clearTimeout(timer));
}
