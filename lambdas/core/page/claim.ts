import { FIXED } from '../rules.ts';
import { append, shared, withDelivery } from './change.ts';
import type { DeliveryKey, Page } from './page.ts';
import { isAnswered } from './status.ts';

/** The fault of an attempt whose worker never came back. The send may have happened: ambiguous. */
export const WORKER_LOST = {
  code: 'worker_lost',
  class: 'ambiguous',
  message: 'The worker was lost in the middle of the send; whether the provider got it is not known.',
} as const;

export type ClaimDecision =
  /** Go and send: the row says so durably once this page is saved. Legs of this attempt start at `firstLeg`. */
  | { decision: 'claimed'; page: Page; attempt: number; firstLeg: number }
  /** The copy has nothing left to do. */
  | { decision: 'drop'; why: 'final' | 'stale' | 'unknown' }
  /** Another worker holds it; this copy may be the only one left, so it must come back. */
  | { decision: 'wait'; until: number }
  /** Its worker was lost and there is no further attempt to make: only the end is left to be written. */
  | { decision: 'lost'; attempt: number };

/**
 * The claim table of design §2.2: what a queue copy for attempt `copy` may do to the delivery.
 * @param legs how many provider calls this attempt may make; their numbers are taken here, so that an attempt that
 *   is lost in the middle cannot share one with its successor
 */
export function claim(page: Page, key: DeliveryKey, copy: number, legs: number, now: number): ClaimDecision {
  const delivery = page.deliveries[key];
  if (!delivery) return { decision: 'drop', why: 'unknown' };
  const next = { ...shared(delivery), attempts: delivery.attempts + 1, legs: delivery.legs + legs };
  const claimed = { at: now, kind: 'claimed', attempt: next.attempts, leg: delivery.legs + 1 } as const;
  const lease = { lastAttemptAt: now, status: 'SENDING', leaseUntil: now + FIXED.lease } as const;

  switch (delivery.status) {
    case 'QUEUED': {
      if (isAnswered(page)) return { decision: 'drop', why: 'final' };
      if (copy <= delivery.attempts) return { decision: 'drop', why: 'stale' };
      const events = append(delivery, claimed);
      return taken(withDelivery(page, key, { ...next, ...lease, events }));
    }
    case 'SENDING': {
      if (now < delivery.leaseUntil) return { decision: 'wait', until: delivery.leaseUntil };
      if (isAnswered(page) || delivery.attempts >= FIXED.maxAttempts) {
        return { decision: 'lost', attempt: delivery.attempts };
      }
      const lost = { ...claimed, kind: 'attempt_failed', attempt: delivery.attempts, leg: delivery.legs } as const;
      const events = append(delivery, { ...lost, code: WORKER_LOST.code }, claimed);
      return taken(withDelivery(page, key, { ...next, ...lease, events }));
    }
    default:
      return { decision: 'drop', why: 'final' };
  }

  function taken(after: Page): ClaimDecision {
    return { decision: 'claimed', page: after, attempt: next.attempts, firstLeg: claimed.leg };
  }
}
