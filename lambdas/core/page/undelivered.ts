import { afterUndelivered, endedBy } from './attempt.ts';
import { append, withDelivery } from './change.ts';
import {
  type Delivery,
  type DeliveryError,
  type DeliveryEvent,
  type DeliveryKey,
  isIn,
  type Page,
  providerOf,
} from './page.ts';
import { isAnswered, isStopped, stopReason } from './status.ts';
import { accept, fail, requeue, skip } from './transitions.ts';

/** The next page and, if the delivery is sent once more, the claim its queue copy is for. */
export interface Marked {
  page: Page;
  copy?: number;
}

/** Whether a receipt has said that a message of the running claim was accepted. */
export const wasAccepted = (delivery: Delivery): boolean =>
  delivery.sent !== undefined && delivery.sent.leg >= firstLegOfClaim(delivery);

const firstLegOfClaim = (delivery: Delivery): number =>
  delivery.events.findLast(({ kind }) => kind === 'claimed')?.leg ?? Number.POSITIVE_INFINITY;

/** SENT, unless the same message is known to have come back already. */
export function markAccepted(page: Page, key: DeliveryKey, delivery: Delivery, now: number): Marked {
  // An outage that ended with this acceptance is over; another one has an hour of its own.
  const { deferral: _, ...rest } = delivery;
  const sent = accept(rest, now);
  const early = isIn(delivery, 'SENDING') ? delivery.state.undeliveredEarly : undefined;
  // Of two legs that came back while their worker was lost, only the later one is kept as such.
  if (early && (early.leg === delivery.sent?.leg || hasComeBack(delivery, delivery.sent?.leg))) {
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
 * An accepted message came back: once more by the providers behind it, or FAILED (docs/spec/delivery.md#after-sent). A
 * call that was cancelled because the page is answered is SKIPPED, like what had not been sent by then: that nobody
 * took it says nothing about the person.
 */
export function markUndelivered(
  page: Page,
  key: DeliveryKey,
  delivery: Delivery,
  { error, failsOver, cancelled }: { error: DeliveryError; failsOver: boolean; cancelled?: true },
  now: number,
): Marked {
  const why = stopReason(page);
  if (cancelled && why && isAnswered(page)) return { page: withDelivery(page, key, skip(delivery, why, now)) };
  const base = withReceipt(delivery);
  // A page that was answered or superseded is not sent again, whatever became of its last message.
  const after = afterUndelivered(delivery, failsOver && !isStopped(page));
  if (after.next === 'failed') {
    const last = endedBy(error, [delivery.undelivered]);
    return { page: withDelivery(page, key, fail(base, last, now)) };
  }
  const provider = providerOf(delivery);
  const mark = {
    at: now,
    kind: 'failed_over',
    attempt: delivery.attempts,
    leg: delivery.legs,
    ...(provider && { provider }),
    code: error.code,
  } as const;
  const events = append(delivery, mark);
  const failover: Delivery = { ...base, failoverFrom: after.from, undelivered: error, events };
  const next = requeue(failover, { error, isFailover: true });
  return { page: withDelivery(page, key, next), copy: delivery.claims + 1 };
}

/** A message that came back has had a receipt, whether one was asked for or not. */
function withReceipt({ sent, bundledInto, ...rest }: Delivery): Delivery {
  return {
    ...rest,
    ...(sent && { sent: withoutFlag(sent) }),
    ...(bundledInto && { bundledInto: withoutFlag(bundledInto) }),
  };
}
const withoutFlag = <T extends { receiptNotRequested?: true }>({ receiptNotRequested: _, ...rest }: T) => rest;
