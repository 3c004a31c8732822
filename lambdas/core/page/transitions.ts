/**
 * The states of a delivery are made here and nowhere else (test/infra/house.test.ts). Each function gives the next
 * delivery; what is not said to change stays. `now` is epoch ms.
 */
import { FIXED } from '../rules.ts';
import { append } from './change.ts';
import type {
  Delivery,
  DeliveryError,
  DeliveryIn,
  DeliveryState,
  SentMessage,
  SkipReason,
  UndeliveredEarly,
} from './page.ts';

const enter = <S extends DeliveryState>(delivery: Omit<Delivery, 'state'>, state: S) => ({ ...delivery, state });

/** One that waits for its first claim. */
export const queue = (delivery: Omit<Delivery, 'state'>): Delivery => enter(delivery, { status: 'QUEUED' });

/** It waits for its next claim. */
export const requeue = (
  delivery: Delivery,
  { error, notBefore, isFailover }: { error: DeliveryError; notBefore?: number; isFailover?: true | undefined },
): Delivery =>
  enter(delivery, {
    status: 'QUEUED',
    error,
    ...(notBefore !== undefined && { notBefore }),
    ...(isFailover && { isFailover }),
  });

/**
 * A worker holds it, until its lease ends. The numbers of the calls that the worker may make are taken with the claim, so
 * that one that is lost in the middle cannot share them with its successor.
 * @param legs how many calls those are
 */
export function claimed(delivery: Delivery, legs: number, now: number): DeliveryIn<'SENDING'> {
  const isFailover = delivery.state.status === 'QUEUED' && delivery.state.isFailover;
  const attempts = delivery.attempts + (isFailover ? 0 : 1);
  // A worker that takes over from a lost one is told what the lost one would have been.
  const early = delivery.state.status === 'SENDING' ? delivery.state.undeliveredEarly : undefined;
  const next = {
    ...delivery,
    claims: delivery.claims + 1,
    attempts,
    legs: delivery.legs + legs,
    lastAttemptAt: now,
    events: append(delivery, { at: now, kind: 'claimed', attempt: attempts, leg: delivery.legs + 1 }),
  };
  return enter(next, {
    status: 'SENDING',
    leaseUntil: now + FIXED.lease,
    ...(isFailover && { isFailover }),
    ...(early && { undeliveredEarly: early }),
  });
}

/** Its message came back while the worker is still at it. */
export const undeliverEarly = (delivery: DeliveryIn<'SENDING'>, undeliveredEarly: UndeliveredEarly): Delivery =>
  enter(delivery, { ...delivery.state, undeliveredEarly });

/** A message for it is out. */
export const accept = (delivery: Delivery, now: number): DeliveryIn<'SENT'> =>
  enter({ ...delivery, sentAt: delivery.sentAt ?? now }, { status: 'SENT' });

/** The person has it. */
export const deliver = (delivery: Delivery, now: number): Delivery =>
  enter({ ...delivery, sentAt: delivery.sentAt ?? now }, { status: 'DELIVERED', at: now });

export const fail = (delivery: Omit<Delivery, 'state'>, error: DeliveryError, now: number): Delivery =>
  enter(delivery, { status: 'FAILED', at: now, error });

/**
 * It is not sent, with the reason in its history.
 * @param code for the history, where an attempt has failed just before
 */
export const skip = (delivery: Delivery, reason: SkipReason, now: number, code: string = reason): Delivery => {
  const event = { at: now, kind: 'skipped', attempt: delivery.attempts, leg: delivery.legs, code } as const;
  return enter({ ...delivery, events: append(delivery, event) }, { status: 'SKIPPED', at: now, reason });
};

/** The message of `leg` is the delivery's from now on. A receipt does not say how that message was sent. */
export const named = <D extends Delivery>(delivery: D, message: SentMessage): D => ({
  ...delivery,
  sent: { ...delivery.sent, ...message },
});
