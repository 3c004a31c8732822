import type { AfterFailure, Leg } from './attempt.ts';
import { append, withDelivery } from './change.ts';
import {
  type Delivery,
  type DeliveryEvent,
  type DeliveryIn,
  type DeliveryKey,
  isIn,
  type Page,
  type SentMessage,
} from './page.ts';
import { stopReason } from './status.ts';
import { fail, requeue, skip } from './transitions.ts';
import { type Marked, markAccepted, wasAccepted } from './undelivered.ts';

/** What follows an attempt: nothing more, or its failure and what was decided about it. */
export type Conclusion = { next: 'sent' } | AfterFailure;

/**
 * Writes the outcome of a claim into its delivery. The claim number is the fencing token: an outcome of a claim that was
 * taken over adds to the history and changes nothing else. A receipt may have come first; then the delivery keeps what
 * the receipt said. With `copy`, a queue copy for that claim has to be durable before the page is saved.
 */
export function applyOutcome(
  page: Page,
  key: DeliveryKey,
  claim: { claim: number; attempt: number },
  legs: readonly Leg[],
  conclusion: Conclusion,
  now: number,
): Marked {
  const delivery = page.deliveries[key];
  if (!delivery) return { page };
  const events = append(delivery, ...legs.map((leg, i) => legEvent(leg, claim.attempt, i < legs.length - 1)));
  const holdsClaim = isIn(delivery, 'SENDING') && delivery.claims === claim.claim;
  const last = legs.at(-1);

  if (last?.result.outcome === 'accepted') {
    const { sent } = delivery;
    const { providerId, unreported, spoken } = last.result;
    const receiptNotRequested = unreported ?? sent?.receiptNotRequested;
    const message: SentMessage = {
      provider: last.provider,
      providerId,
      leg: last.leg,
      ...(receiptNotRequested && { receiptNotRequested }),
      ...(spoken !== undefined && { spoken }),
    };
    // A DELIVERED delivery keeps its provider id; a message accepted meanwhile by another leg is the duplicate.
    const isNews = !isIn(delivery, 'DELIVERED') && last.leg >= (sent?.leg ?? 0);
    const noted = { ...delivery, sentAt: delivery.sentAt ?? last.at, events };
    const next = isNews ? { ...noted, sent: message } : noted;
    return holdsClaim ? markAccepted(page, key, next, now) : { page: withDelivery(page, key, next) };
  }
  const noted: Delivery = { ...delivery, events };
  if (!isIn(noted, 'SENDING') || !holdsClaim || conclusion.next === 'sent') {
    return { page: withDelivery(page, key, noted) };
  }
  // What looked like a failure was none: a receipt says that a leg of this very claim got through.
  if (wasAccepted(noted)) return markAccepted(page, key, noted, now);
  return { page: withDelivery(page, key, ended(page, noted, legs.length === 0, conclusion, now)) };
}

function ended(
  page: Page,
  delivery: DeliveryIn<'SENDING'>,
  wasLost: boolean,
  after: AfterFailure,
  now: number,
): Delivery {
  const { error } = after;
  const mark = { at: now, attempt: delivery.attempts, leg: delivery.legs, code: error.code };
  const events = wasLost ? append(delivery, { ...mark, kind: 'attempt_failed' }) : delivery.events;
  const noted = { ...delivery, events };

  const why = stopReason(page);
  if (why && after.next !== 'failed') return skip(noted, why, now, error.code);
  switch (after.next) {
    case 'retry':
      return requeue(noted, { error });
    case 'deferred': {
      const { since, count } = delivery.deferral ?? { since: now, count: 0 };
      const { isFailover } = delivery.state;
      const deferred: Delivery = {
        ...noted,
        // The attempt is given back, if this claim had used one up.
        attempts: delivery.attempts - (isFailover ? 0 : 1),
        deferral: { since, count: count + 1 },
        events: append(noted, { ...mark, kind: 'deferred' }),
      };
      return requeue(deferred, { error, notBefore: now + after.delayMs, isFailover });
    }
    case 'failed':
      return fail(noted, error, now);
    case 'dead_lettered':
      return fail({ ...noted, events: append(noted, { ...mark, kind: 'dead_lettered' }) }, error, now);
  }
}

function legEvent({ leg, provider, at, result }: Leg, attempt: number, another: boolean): DeliveryEvent {
  if (result.outcome === 'accepted') {
    return { at, kind: 'sent', attempt, leg, provider, providerStatus: result.providerStatus };
  }
  const code = result.outcome === 'skipped' ? 'circuit_open' : result.fault.code;
  return { at, kind: another ? 'failed_over' : 'attempt_failed', attempt, leg, provider, code };
}
