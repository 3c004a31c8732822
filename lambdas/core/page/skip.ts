import { withDelivery } from './change.ts';
import { deliveryKey, isIn, type Page, type SkipReason } from './page.ts';
import { skip } from './transitions.ts';

/** The page with every delivery skipped that waits for a claim. What is SENDING or has ended stays as it is. */
export function skipQueued(page: Page, reason: SkipReason, now: number): Page {
  return Object.values(page.deliveries)
    .filter((delivery) => isIn(delivery, 'QUEUED'))
    .reduce((next, one) => withDelivery(next, deliveryKey(one.round, one.channel), skip(one, reason, now)), page);
}
