/**
 * Every number of the delivery rules, once (contract §2 and §3). Durations are milliseconds.
 *
 * `rules(timeScale)` shortens the waits for the local run's `--speed N`; contract §3 lists which waits are scaled and
 * which stay real. In AWS the scale is 1.
 */
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Never scaled. */
export const FIXED = {
  /** Five per delivery, counted in the row (contract §2, "Attempts"). */
  maxAttempts: 5,
  /** One provider call; two legs and two store writes fit into the function timeout. */
  providerTimeout: 3 * SECOND,
  functionTimeout: 15 * SECOND,
  /** Longer than the function timeout, with 5 s for clock skew: a live lease means a live worker. */
  lease: 20 * SECOND,
  /** Six times the function timeout, as AWS asks for SQS event sources. */
  queueVisibility: 90 * SECOND,
  /** Guards against poison only: lease waits and throttles raise the receive count too (design §2.3). */
  maxReceiveCount: 20,
  /** How long the same Idempotency-Key means the same page (contract §1, "Dispatch"). */
  idempotencyWindow: DAY,
  /** A reply code belongs to one page on a phone for this long (contract §1). */
  codeLifetime: 7 * DAY,
  /** Records expire (contract §4). */
  retention: 90 * DAY,
  /** An index may lag by this much, so an answered incident is looked over again (contract §2, "Stopping"). */
  indexLag: 2 * SECOND,
} as const;

export interface Rules {
  /** Wait before attempt 2, 3, 4, 5. */
  retryGaps: readonly number[];
  /** Share of the gap added at random, at most. */
  retryJitter: number;
}

export function rules(timeScale = 1): Rules {
  return {
    retryGaps: [30 * SECOND, MINUTE, 2 * MINUTE, 4 * MINUTE].map((gap) => gap / timeScale),
    retryJitter: 0.1,
  };
}
