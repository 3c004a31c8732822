import type { Receipt } from '../ports.ts';
import { append, shared, withDelivery } from './change.ts';
import { toError } from './outcome.ts';
import type { Delivery, DeliveryEvent, DeliveryKey, Page } from './page.ts';

export type ReceiptDecision =
  | { decision: 'applied'; page: Page }
  | { decision: 'repeat' }
  /** The page has no such send, or another message was sent by it. */
  | { decision: 'unknown' };

/**
 * What a provider's receipt does to the delivery it is about (design §2.4).
 *
 * Receipts come in any order, more than once, and before the create call returned. Order is (leg, rank): a later leg
 * outranks an earlier one. An earlier leg may still raise the delivery to DELIVERED, because the text did arrive, and
 * may never fail it. A final answer is not taken back: delivered stays delivered (contract §4 on receipts).
 */
export function applyReceipt(
  page: Page,
  key: DeliveryKey,
  send: { attempt: number; leg: number },
  receipt: Receipt,
  now: number,
): ReceiptDecision {
  const delivery = page.deliveries[key];
  if (!delivery || !wasMade(delivery, send) || !isSameMessage(delivery, send.leg, receipt)) {
    return { decision: 'unknown' };
  }
  const isRepeat = (e: DeliveryEvent) =>
    e.kind === 'receipt' && e.leg === send.leg && e.providerStatus === receipt.providerStatus;
  if (delivery.events.some(isRepeat)) return { decision: 'repeat' };
  return { decision: 'applied', page: withDelivery(page, key, next(delivery, send, receipt, now)) };
}

/** Claimed attempts and taken legs are written before any call, so a callback cannot be ahead of them. */
const wasMade = (delivery: Delivery, send: { attempt: number; leg: number }): boolean =>
  send.attempt >= 1 && send.attempt <= delivery.attempts && send.leg >= 1 && send.leg <= delivery.legs;

/** The reference names the send; where the message id of that very leg is known already, it has to agree. */
function isSameMessage(delivery: Delivery, leg: number, receipt: Receipt): boolean {
  return delivery.providerLeg !== leg || delivery.providerId === receipt.providerId;
}

function next(delivery: Delivery, send: { attempt: number; leg: number }, receipt: Receipt, now: number): Delivery {
  const { attempt, leg } = send;
  const event = { at: now, attempt, leg, provider: receipt.provider, providerStatus: receipt.providerStatus } as const;
  const code = typeof receipt.news === 'object' ? { code: receipt.news.undelivered.code } : {};
  const events = append(delivery, { ...event, ...code, kind: 'receipt' });
  const seen = delivery.receipt ?? { leg: 0, rank: -1 };
  const isNewest = send.leg > seen.leg || (send.leg === seen.leg && receipt.rank > seen.rank);
  const isLatestLeg = send.attempt === delivery.attempts && send.leg >= seen.leg;
  const named = { provider: receipt.provider, providerId: receipt.providerId, providerLeg: send.leg };
  const base = {
    ...shared(delivery),
    ...(isNewest && { receipt: { leg: send.leg, rank: receipt.rank } }),
    events,
  };

  if (delivery.status === 'DELIVERED') return { ...delivery, ...base, status: 'DELIVERED' };
  if (receipt.news === 'delivered') {
    const sentAt = delivery.sentAt ?? now;
    const withDelivered = [...events, { ...event, kind: 'delivered' } as const];
    return { ...base, ...named, sentAt, status: 'DELIVERED', deliveredAt: now, events: withDelivered };
  }
  const movable = delivery.status === 'SENDING' || delivery.status === 'SENT' || delivery.status === 'QUEUED';
  if (!movable || !isLatestLeg || !isNewest) return { ...delivery, ...base } as Delivery;
  if (receipt.news === 'progress') {
    // The provider has it, whatever the create call looked like: an attempt that seemed ambiguous was none.
    return { ...base, ...named, status: 'SENT', sentAt: delivery.sentAt ?? now };
  }
  // A copy of the next attempt is on its way already.
  if (delivery.status === 'QUEUED') return { ...delivery, ...base } as Delivery;
  const error = toError(receipt.news.undelivered);
  return { ...base, ...named, status: 'FAILED', failedAt: now, error };
}
