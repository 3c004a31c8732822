import { append, withDelivery } from '../page/change.ts';
import { newerToSend } from '../page/newer.ts';
import {
  type Delivery,
  type DeliveryKey,
  deliveryKey,
  isIn,
  isWithoutReceipt,
  type Page,
  providerOf,
} from '../page/page.ts';
import { isAnswered, isStopped, stopReason } from '../page/status.ts';
import { accept, deliver, fail, skip } from '../page/transitions.ts';
import { FIXED } from '../rules.ts';
import type { Slot } from './groups.ts';

export type BundleDecision =
  /** It shares no message, or there is nothing left to send: whatever a copy of it may do otherwise. */
  | { decision: 'send-alone' }
  /** It sends the group's message, once it has the slot. */
  | { decision: 'lead' }
  /** A message that went out has told of it: the page as it is then. */
  | { decision: 'join'; page: Page }
  | { decision: 'wait'; until: number };

/** How soon a copy looks again that found a message on its way. */
const LOOK_AGAIN = 3_000;

/**
 * What a copy of a delivery in a group does before it claims anything (ADR 12).
 * @param slot the latest message of the group on this channel
 * @param carried the delivery that sends it, as it is now
 * @param renewEvery how long a message stands before the next one may be sent
 */
export function decideBundling(
  page: Page,
  key: DeliveryKey,
  copy: number,
  slot: Slot | undefined,
  carried: Delivery | undefined,
  renewEvery: number,
  now: number,
): BundleDecision {
  const delivery = page.deliveries[key];
  const mayShare = isIn(delivery, 'QUEUED') && copy > delivery.claims && !isStopped(page) && !page.held;
  if (!mayShare || page.group === undefined) return { decision: 'send-alone' };
  // The claim leaves it to a newer version, and the slot must not be taken for it.
  if (newerToSend(page, delivery) !== undefined) return { decision: 'send-alone' };
  // Its own message that is to be sent once more, and one whose provider it was sent on from.
  const isOwn = slot?.carrier === page.id && slot.round === delivery.round;
  if (!slot || !carried || isOwn || delivery.state.isFailover || delivery.attempts > 0) return { decision: 'lead' };

  const isUnderWay =
    (isIn(carried, 'SENDING') && now < carried.state.leaseUntil) ||
    (isIn(carried, 'QUEUED') && carried.attempts === 0 && now < slot.at + FIXED.lease);
  if (isUnderWay) return { decision: 'wait', until: now + LOOK_AGAIN };
  if (!isIn(carried, 'SENT', 'DELIVERED')) return { decision: 'lead' };
  const isFresh = now < slot.at + renewEvery;
  const isInTime = isFresh || delivery.queuedAt <= slot.at;
  const toldOfIt = slot.listed.includes(page.id) && isInTime && !hasHadIt(page, delivery, slot);
  if (toldOfIt) return { decision: 'join', page: joined(page, key, delivery, slot.carrier, carried, now) };
  return isFresh ? { decision: 'wait', until: slot.at + renewEvery } : { decision: 'lead' };
}

/**
 * Whether an earlier round of the page was sent by this very message. Its page was sent again on purpose since, so only
 * another message will do.
 */
const hasHadIt = ({ deliveries }: Page, { channel, round }: Delivery, { at }: Slot): boolean =>
  Object.values(deliveries).some(
    (other) => other.channel === channel && other.round !== round && other.sentAt !== undefined && other.sentAt >= at,
  );

/** Sent by another page's message. The claim number is taken, so that no copy sends it once more. */
function joined(
  page: Page,
  key: DeliveryKey,
  delivery: Delivery,
  carrier: string,
  carried: Delivery,
  now: number,
): Page {
  const [claims, attempts] = [delivery.claims + 1, delivery.attempts + 1];
  const provider = providerOf(carried);
  const mark = { at: now, attempt: attempts, leg: delivery.legs, ...(provider && { provider }), code: carrier };
  const bundled: Delivery = {
    ...delivery,
    sentAt: now,
    lastAttemptAt: now,
    claims,
    attempts,
    bundledInto: {
      pageId: carrier,
      ...(provider && { provider }),
      ...(isWithoutReceipt(carried) && { receiptNotRequested: true }),
    },
    events: append(delivery, { ...mark, kind: 'sent', providerStatus: 'shared' }),
  };
  return followed(withDelivery(page, key, accept(bundled, now)), key, carried, now);
}

/**
 * The outcome of the leading page's message becomes the outcome of every delivery that joined it.
 * @param carrier the leading page, which may have sent other messages since, that other deliveries joined
 */
export function follow(page: Page, carrier: Carrier, carried: Delivery, now: number): Page {
  return Object.values(page.deliveries)
    .filter((delivery) => isBundledInto(delivery, carrier, carried))
    .reduce((next, { round, channel }) => followed(next, deliveryKey(round, channel), carried, now), page);
}

type Carrier = Pick<Page, 'id' | 'deliveries'>;

/** Clocks of two workers differ by less; two messages of one group are a minute apart. */
const SKEW = 5_000;

/** Whether a delivery was sent by this very message of the carrier: the last one that was out by then. */
export function isBundledInto(delivery: Delivery | undefined, { id, deliveries }: Carrier, carried: Delivery): boolean {
  const { bundledInto, channel, sentAt } = delivery ?? {};
  if (bundledInto?.pageId !== id || channel !== carried.channel || sentAt === undefined) return false;
  const wasOut = (one: Delivery) => one.sentAt !== undefined && one.sentAt <= sentAt + SKEW;
  const isLater = (one: Delivery) =>
    one.channel === channel && one.bundledInto === undefined && one.round > carried.round && wasOut(one);
  return wasOut(carried) && !Object.values(deliveries).some(isLater);
}

function followed(page: Page, key: DeliveryKey, carried: Delivery, now: number): Page {
  const delivery = page.deliveries[key];
  if (!isIn(delivery, 'SENT')) return page;
  const mark = { at: now, attempt: delivery.attempts, leg: delivery.legs, providerStatus: 'shared' } as const;
  if (isIn(carried, 'DELIVERED')) {
    const events = append(delivery, { ...mark, kind: 'delivered' });
    return withDelivery(page, key, deliver({ ...delivery, events }, now));
  }
  if (isIn(carried, 'FAILED')) {
    const { error } = carried.state;
    const events = append(delivery, { ...mark, kind: 'attempt_failed', code: error.code });
    return withDelivery(page, key, fail({ ...delivery, events }, error, now));
  }
  // A call that was cancelled once all that it was about were answered.
  const why = stopReason(page);
  if (isIn(carried, 'SKIPPED') && why && isAnswered(page)) {
    return withDelivery(page, key, skip(delivery, why, now));
  }
  return page;
}
