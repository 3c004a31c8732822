/**
 * How fast one sender may send (docs/spec/suppression.md#held: 100 a minute, 10 at once), as the time at which the next
 * text would be on schedule (GCRA). Pure; times in epoch milliseconds.
 */
export interface SenderLimit {
  /** One text every so many ms, in the long run. */
  interval: number;
  /** So many may go out at once. */
  burst: number;
}

/** When the text after the last reserved one would be on schedule. 0 for a sender that was never used. */
export interface RateLimitState {
  nextAt: number;
  version: number;
}

export const NEW_PACE: RateLimitState = { nextAt: 0, version: 0 };

/** When the `n`th text from now (0 for the next) may go out: at once while the burst lasts, then on schedule. */
export const slotOf = (pace: RateLimitState, n: number, now: number, { interval, burst }: SenderLimit): number =>
  Math.max(now, Math.max(pace.nextAt, now) + (n + 1 - burst) * interval);

/** Reserves the next `count` places. */
export const reserve = (
  pace: RateLimitState,
  count: number,
  now: number,
  { interval }: SenderLimit,
): RateLimitState => ({
  nextAt: Math.max(pace.nextAt, now) + count * interval,
  version: pace.version + 1,
});
