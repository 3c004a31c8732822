import type { Receipt } from '../receipts/ports.ts';
import { FIXED } from '../rules.ts';
import { toError } from './attempt.ts';
import { append, withDelivery } from './change.ts';
import { newerState } from './newer.ts';
import { type Delivery, type DeliveryEvent, type DeliveryKey, isIn, type Page } from './page.ts';
import { accept, deliver, named, undeliverEarly } from './transitions.ts';
import { hasComeBack, isUnknownStatus, markUndelivered, UNKNOWN_STATUS } from './undelivered.ts';

export type ReceiptDecision =
  /** With `copy`, a queue copy for that claim has to be durable before the page is saved: it is sent once more. */
  | { decision: 'applied'; page: Page; copy?: number }
  | { decision: 'repeat' }
  /** The page has no such send, or another message was sent by it. */
  | { decision: 'unknown' }
  /** Only a newer version knows what state the delivery is in (ADR 18). */
  | { decision: 'newer'; what: string };

/** So many receipts of a delivery are kept; later ones count only if they say what became of the message. */
const MAX_REPORTS = 50;

/** Which provider call a receipt is about. */
export interface SendRef {
  claim: number;
  leg: number;
}

/**
 * What a provider's receipt does to the delivery it is about (docs/spec/inside.md#callbacks).
 *
 * Receipts come in any order, more than once, and before the create call returned. Order is (leg, rank): a later leg
 * outranks an earlier one. An earlier leg may still raise the delivery to DELIVERED, because the text did arrive, and
 * may never fail it. Delivered stays delivered (docs/spec/delivery.md#receipts on receipts). A status that Lifeline has
 * no rule for is written into the history and changes nothing else, neither now nor for the receipts that come after
 * it.
 */
export function applyReceipt(
  page: Page,
  key: DeliveryKey,
  send: SendRef,
  receipt: Receipt,
  now: number,
): ReceiptDecision {
  const delivery = page.deliveries[key];
  if (!delivery || !wasMade(delivery, send) || !isSameMessage(delivery, send.leg, receipt)) {
    return { decision: 'unknown' };
  }
  const state = newerState(delivery);
  if (state !== undefined) return { decision: 'newer', what: state };
  const isUnknown = receipt.news === 'unknown';
  const isRepeat = (e: DeliveryEvent) =>
    e.kind === 'receipt' &&
    e.leg === send.leg &&
    e.providerStatus === receipt.providerStatus &&
    // The word of an unknown status may be the one that Lifeline itself uses for a known one.
    isUnknownStatus(e) === isUnknown;
  if (delivery.events.some(isRepeat)) return { decision: 'repeat' };
  // A provider may invent words without end; the page's item must not grow with them.
  const reports = delivery.events.filter(({ kind }) => kind === 'receipt').length;
  if (receipt.news === 'progress' && reports >= MAX_REPORTS) return { decision: 'repeat' };
  // A provider that invents statuses must not make the item grow: what comes beyond the limit is dropped like a repeat.
  if (isUnknown && delivery.events.filter(isUnknownStatus).length >= FIXED.unknownStatuses) {
    return { decision: 'repeat' };
  }

  const noted = note(delivery, send, receipt, now);
  const changed = (next: Delivery): ReceiptDecision => ({ decision: 'applied', page: withDelivery(page, key, next) });
  if (receipt.news === 'unknown') return changed(noted);
  // A mail that was taken by a server and then bounced has not arrived after all (docs/spec/delivery.md#failover).
  const hasBounced = delivery.channel === 'email' && typeof receipt.news === 'object' && isCurrent(delivery, send);
  if (isIn(delivery, 'DELIVERED') && !hasBounced) return changed(noted);
  // For the same reason a delivery that is told after the bounce is old news; of texts only one of the two can come.
  const isOld = delivery.channel === 'email' && isOutranked(delivery, send, receipt);
  if (receipt.news === 'delivered' && isOld) return changed(noted);
  if (receipt.news === 'delivered') return changed(delivered(noted, send, receipt, now));
  if (receipt.news === 'progress') {
    const isNews = isCurrent(delivery, send) && !isOutranked(delivery, send, receipt);
    return changed(isNews ? accepted(noted, send, receipt, now) : noted);
  }

  const { undelivered: fault, cancelled } = receipt.news;
  const undelivered = { failsOver: fault.failsOver, error: toError(fault), ...(cancelled && { cancelled }) };
  // While providers are tried only the worker knows which leg it is at: it settles this with its outcome.
  if (isIn(noted, 'SENDING')) {
    const { undeliveredEarly: early } = noted.state;
    if (early && early.leg > send.leg) return changed(noted);
    return changed(undeliverEarly(noted, { leg: send.leg, ...undelivered }));
  }
  if (!isIn(delivery, 'SENT', 'DELIVERED') || !isCurrent(delivery, send)) return changed(noted);
  return { decision: 'applied', ...markUndelivered(page, key, noted, undelivered, now) };
}

/** Claims and the legs they may make are written before any call, so a callback cannot be ahead of them. */
const wasMade = (delivery: Delivery, { claim, leg }: SendRef): boolean =>
  claim >= 1 && claim <= delivery.claims && leg >= 1 && leg <= delivery.legs;

/**
 * The reference names the send; where the message id of that very leg is known already, it has to agree. SendGrid
 * leaves it out of bounces that come after the delivery: then the reference alone, which was signed with the rest, has
 * to do.
 */
const isSameMessage = (delivery: Delivery, leg: number, receipt: Receipt): boolean =>
  delivery.sent?.leg !== leg || delivery.sent.providerId === receipt.providerId || receipt.providerId === '';

/** No later leg was accepted or is known to be under way. One that came back is neither. */
const isCurrent = (delivery: Delivery, { claim, leg }: SendRef): boolean =>
  claim === delivery.claims &&
  leg >= (delivery.sent?.leg ?? 0) &&
  !delivery.events.some(
    (e) => e.kind === 'receipt' && e.leg > leg && !isUnknownStatus(e) && !hasComeBack(delivery, e.leg),
  );

/** Later news of the same leg came first: a text that came back is not under way because a late `sent` says so. */
const isOutranked = ({ receipt: seen }: Delivery, { leg }: SendRef, { rank }: Receipt): boolean =>
  seen !== undefined && seen.leg === leg && seen.rank > rank;

/** The receipt in the history, and the highest one seen. */
function note(delivery: Delivery, { leg }: SendRef, receipt: Receipt, now: number): Delivery {
  const { news, rank } = receipt;
  const seen = delivery.receipt ?? { leg: 0, rank: -1 };
  const isNewest = news !== 'unknown' && (leg > seen.leg || (leg === seen.leg && rank > seen.rank));
  const code = news === 'unknown' ? UNKNOWN_STATUS : typeof news === 'object' ? news.undelivered.code : undefined;
  const event = { ...eventOf(delivery, leg, receipt, now), ...(code && { code }), kind: 'receipt' } as const;
  const next = { ...delivery, events: append(delivery, event) };
  return isNewest ? { ...next, receipt: { leg, rank } } : next;
}

function delivered(delivery: Delivery, { leg }: SendRef, receipt: Receipt, now: number): Delivery {
  const event = { ...eventOf(delivery, leg, receipt, now), kind: 'delivered' } as const;
  const { provider, providerId } = receipt;
  return deliver(named({ ...delivery, events: append(delivery, event) }, { provider, providerId, leg }), now);
}

/**
 * The provider has it, whatever the create call looked like: an attempt that seemed ambiguous was none, and the retry
 * that waits is not needed. A worker that is trying providers finds the name of the accepted message in the row.
 */
function accepted(delivery: Delivery, { leg }: SendRef, { provider, providerId }: Receipt, now: number): Delivery {
  if (!isIn(delivery, 'SENDING', 'QUEUED')) return delivery;
  const sent = named(delivery, { provider, providerId, leg });
  return isIn(sent, 'QUEUED') ? accept(sent, now) : { ...sent, sentAt: sent.sentAt ?? now };
}

/** The attempt a leg belonged to is in the claim that took it. */
function eventOf(delivery: Delivery, leg: number, receipt: Receipt, now: number) {
  const attempt = delivery.events.findLast((e) => e.kind === 'claimed' && e.leg <= leg)?.attempt ?? delivery.attempts;
  return { at: now, attempt, leg, provider: receipt.provider, providerStatus: receipt.providerStatus };
}

/**
 * Whether this receipt shows that the person has the text twice: the send it is about looked as if it had failed,
 * another one was accepted for it, and now a first word on the former says that it got through too
 * (docs/spec/delivery.md#receipts: "reconciled afterwards, to count the duplicates"). `page` is the page after the
 * receipt.
 */
export function revealsDuplicate(page: Page, key: DeliveryKey, leg: number, receipt: Receipt): boolean {
  const events = page.deliveries[key]?.events ?? [];
  const of = (kind: DeliveryEvent['kind']) => events.filter((event) => event.kind === kind);
  const looksFailed = [...of('attempt_failed'), ...of('failed_over')].some((event) => event.leg === leg);
  const wasSentElsewhere = of('sent').some((event) => event.leg !== leg);
  const words = of('receipt').filter((event) => event.leg === leg && !isUnknownStatus(event)).length;
  const gotThrough = receipt.news === 'progress' || receipt.news === 'delivered';
  return gotThrough && looksFailed && wasSentElsewhere && words === 1;
}
