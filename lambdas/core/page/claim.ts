import { FIXED } from '../rules.ts';
import { append, withDelivery } from './change.ts';
import { newerState, newerToSend } from './newer.ts';
import { type Delivery, type DeliveryKey, isIn, type Page, type SkipReason } from './page.ts';
import { isStopped } from './status.ts';
import { claimed, skip } from './transitions.ts';
import { markAccepted, wasAccepted } from './undelivered.ts';

/** The fault of an attempt whose worker never came back. The send may have happened: ambiguous. */
export const WORKER_LOST = {
  code: 'worker_lost',
  class: 'ambiguous',
  message: 'The worker was lost in the middle of the send; whether the provider got it is not known.',
} as const;

export type ClaimDecision =
  /** Go and send: the row says so durably once this page is saved. Legs of this claim start at `firstLeg`. */
  | { decision: 'claimed'; page: Page; claim: number; attempt: number; firstLeg: number }
  /** The copy has nothing left to do. */
  | { decision: 'drop'; why: 'final' | 'stale' | 'unknown' }
  /**
   * Nothing to send: a deferred one that is not wanted any more, or a lost worker's send that did get through. With
   * `copy`, a queue copy for that claim has to be durable before the page is saved.
   */
  | { decision: 'settled'; page: Page; copy?: number }
  /** Another worker holds it; this copy may be the only one left, so it must come back. */
  | { decision: 'wait'; until: number }
  /** Its worker was lost and there is no further attempt to make: only the end is left to be written. */
  | { decision: 'lost'; claim: number; attempt: number }
  /** Only a newer version knows what to do with it (ADR 18). */
  | { decision: 'newer'; what: string };

/**
 * The claim table of docs/spec/inside.md#claiming: what a queue copy for claim `copy` may do to the delivery.
 * @param legs how many provider calls this claim may make; their numbers are taken here, so that one that is lost in
 *   the middle cannot share them with its successor
 */
export function claim(page: Page, key: DeliveryKey, copy: number, legs: number, now: number): ClaimDecision {
  const delivery = page.deliveries[key];
  if (!delivery) return { decision: 'drop', why: 'unknown' };
  const state = newerState(delivery);
  if (state !== undefined) return { decision: 'newer', what: state };
  switch (delivery.state.status) {
    case 'QUEUED': {
      if (isStopped(page)) return { decision: 'drop', why: 'final' };
      // Copies go out after the release is written (ADR 12); this one is none of those.
      if (page.held) return { decision: 'drop', why: 'stale' };
      if (copy <= delivery.claims) return { decision: 'drop', why: 'stale' };
      const newer = newerToSend(page, delivery);
      if (newer !== undefined) return { decision: 'newer', what: newer };
      const unwanted = unwantedReason(page, delivery);
      if (!unwanted) return taken(page, key, delivery, legs, now);
      return { decision: 'settled', page: withDelivery(page, key, skip(delivery, unwanted, now)) };
    }
    case 'SENDING': {
      const { leaseUntil } = delivery.state;
      if (now < leaseUntil) return { decision: 'wait', until: leaseUntil };
      const newer = newerToSend(page, delivery);
      if (newer !== undefined) return { decision: 'newer', what: newer };
      if (wasAccepted(delivery)) return { decision: 'settled', ...markAccepted(page, key, delivery, now) };
      const { claims, attempts } = delivery;
      if (isStopped(page) || attempts >= FIXED.maxAttempts)
        return { decision: 'lost', claim: claims, attempt: attempts };
      const lost = { at: now, kind: 'attempt_failed', attempt: attempts, leg: delivery.legs } as const;
      const events = append(delivery, { ...lost, code: WORKER_LOST.code });
      // Whatever it was, a lost worker uses an attempt up (docs/spec/delivery.md#channel-down).
      return taken(page, key, { ...delivery, events }, legs, now);
    }
    default:
      return { decision: 'drop', why: 'final' };
  }
}

function taken(page: Page, key: DeliveryKey, delivery: Delivery, legs: number, now: number): ClaimDecision {
  const next = claimed(delivery, legs, now);
  const { claims, attempts } = next;
  const firstLeg = delivery.legs + 1;
  return { decision: 'claimed', page: withDelivery(page, key, next), claim: claims, attempt: attempts, firstLeg };
}

/**
 * A deferred send is not wanted once the person has it by another way, or a newer round will bring it. Nor is one that
 * has not had its first turn by then, because its phone was in calls or the workers were down, nor a call's second ring
 * that a newer round has overtaken: both would come at once.
 */
function unwantedReason(page: Page, delivery: Delivery): SkipReason | undefined {
  if (!delivery.deferral && !delivery.secondRing && delivery.claims > 0) return undefined;
  const others = Object.values(page.deliveries).filter((other) => other !== delivery);
  if (delivery.deferral && others.some((other) => isIn(other, 'DELIVERED'))) return 'delivered';
  const isNewer = (other: Delivery) => other.channel === delivery.channel && other.round > delivery.round;
  return others.some(isNewer) ? 'superseded' : undefined;
}
