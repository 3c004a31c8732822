import { append, withDelivery } from './change.ts';
import { type Delivery, type DeliveryError, type DeliveryKey, isIn, type Page } from './page.ts';
import { isStopped } from './status.ts';
import { fail } from './transitions.ts';
import { wasAccepted } from './undelivered.ts';

/**
 * Ends a delivery that waits for its next turn and must not have it. The same page where there is nothing to end: it is
 * under way, over, answered or superseded, or the copy is one that a newer one has overtaken. A delivery whose worker was lost waits
 * too, unless a receipt says that its send got through.
 * @param copy the claim that the queue copy at hand is for
 */
export function refuse(page: Page, key: DeliveryKey, copy: number, error: DeliveryError, now: number): Page {
  const delivery = page.deliveries[key];
  if (!delivery || !isWaiting(delivery, copy, now) || isStopped(page)) return page;
  const refused = { at: now, kind: 'attempt_failed', attempt: delivery.attempts, leg: delivery.legs } as const;
  const noted = { ...delivery, events: append(delivery, { ...refused, code: error.code }) };
  return withDelivery(page, key, fail(noted, error, now));
}

function isWaiting(delivery: Delivery, copy: number, now: number): boolean {
  if (isIn(delivery, 'QUEUED')) return copy > delivery.claims;
  return isIn(delivery, 'SENDING') && now >= delivery.state.leaseUntil && !wasAccepted(delivery);
}
