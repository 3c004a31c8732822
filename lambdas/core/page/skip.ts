import { append, shared, withDelivery } from './change.ts';
import type { Delivery, DeliveryKey, Page, SkipReason } from './page.ts';

/** The delivery as one that is not sent, with the reason in its history. `now` is epoch ms. */
export function skipped(delivery: Delivery, skipReason: SkipReason, now: number): Delivery {
  const event = { at: now, kind: 'skipped', attempt: delivery.attempts, leg: delivery.legs, code: skipReason } as const;
  return { ...shared(delivery), status: 'SKIPPED', skippedAt: now, skipReason, events: append(delivery, event) };
}

/** The page with every delivery skipped that waits for a claim. What is SENDING or has ended stays as it is. */
export function skipQueued(page: Page, skipReason: SkipReason, now: number): Page {
  const keys = Object.keys(page.deliveries) as DeliveryKey[];
  return keys.reduce((next, key) => {
    const delivery = page.deliveries[key];
    return delivery?.status === 'QUEUED' ? withDelivery(next, key, skipped(delivery, skipReason, now)) : next;
  }, page);
}
