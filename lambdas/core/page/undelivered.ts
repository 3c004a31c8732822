import { afterUndelivered, endedBy } from './attempt.ts';
import { append, shared, withDelivery } from './change.ts';
import type { Delivery, DeliveryError, DeliveryEvent, DeliveryKey, Page } from './page.ts';
import { skipped } from './skip.ts';
import { isAnswered, isStopped, stopReason } from './status.ts';

/** The next page and, if the delivery is sent once more, the claim its queue copy is for. */
export interface Marked {
  page: Page;
  copy?: number;
}

/** Whether a receipt has said that a message of the running claim was accepted. */
export const wasAccepted = (delivery: Delivery): boolean =>
  delivery.providerLeg !== undefined && delivery.providerLeg >= firstLegOfClaim(delivery);

const firstLegOfClaim = (delivery: Delivery): number =>
  delivery.events.findLast(({ kind }) => kind === 'claimed')?.leg ?? Number.POSITIVE_INFINITY;

/** SENT, unless the same message is known to have come back already. */
export function markAccepted(page: Page, key: DeliveryKey, delivery: Delivery, now: number): Marked {
  // An outage that ended with this acceptance is over; another one has an hour of its own.
  const { early, deferral: _, ...rest } = shared(delivery);
  const sent: Delivery = { ...rest, status: 'SENT', sentAt: delivery.sentAt ?? now };
  // Of two legs that came back while their worker was lost, only the later one is kept as such.
  if (early && (early.leg === delivery.providerLeg || hasComeBack(delivery, delivery.providerLeg))) {
    return markUndelivered(page, key, sent, early, now);
  }
  return { page: withDelivery(page, key, sent) };
}

/** The code of a receipt whose status Lifeline has no rule for. Every other code of a receipt says what went wrong. */
export const UNKNOWN_STATUS = 'unknown_status';

/** Whether the event is a receipt that is in the history and says nothing else. */
export const isUnknownStatus = ({ kind, code }: DeliveryEvent): boolean =>
  kind === 'receipt' && code === UNKNOWN_STATUS;

/** Whether a receipt said that the message of this leg came back. */
export const hasComeBack = ({ events }: Delivery, of: number | undefined): boolean =>
  events.some(
    (event) => event.kind === 'receipt' && event.leg === of && event.code !== undefined && !isUnknownStatus(event),
  );

/**
 * An accepted message came back: once more by the providers behind it, or FAILED (contract §4, "After SENT"). A call that
 * was cancelled because the page is answered is SKIPPED, like what had not been sent by then: that nobody took it says
 * nothing about the person.
 */
export function markUndelivered(
  page: Page,
  key: DeliveryKey,
  delivery: Delivery,
  { error, failsOver, cancelled }: { error: DeliveryError; failsOver: boolean; cancelled?: true },
  now: number,
): Marked {
  const why = stopReason(page);
  if (cancelled && why && isAnswered(page)) return { page: withDelivery(page, key, skipped(delivery, why, now)) };
  const { unreported: _, ...base } = shared(delivery);
  // A page that was answered or superseded is not sent again, whatever became of its last message.
  const after = afterUndelivered(delivery, failsOver && !isStopped(page));
  if (after.next === 'failed') {
    const last = endedBy(error, [delivery.cameBack]);
    return { page: withDelivery(page, key, { ...base, status: 'FAILED', failedAt: now, error: last }) };
  }
  const mark = {
    at: now,
    kind: 'failed_over',
    attempt: delivery.attempts,
    leg: delivery.legs,
    ...(delivery.provider && { provider: delivery.provider }),
    code: error.code,
  } as const;
  const events = append(delivery, mark);
  const next: Delivery = { ...base, status: 'QUEUED', from: after.from, cameBack: error, resumes: true, error, events };
  return { page: withDelivery(page, key, next), copy: delivery.claims + 1 };
}
