import type { AfterFailure, Leg } from './attempt.ts';
import { append, shared, withDelivery } from './change.ts';
import type { Delivery, DeliveryEvent, DeliveryKey, Page } from './page.ts';
import { stopReason } from './status.ts';
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
  const holdsClaim = delivery.status === 'SENDING' && delivery.claims === claim.claim;
  const last = legs.at(-1);

  if (last?.result.outcome === 'accepted') {
    const { providerId, unreported, spoken } = last.result;
    const name = { provider: last.provider, providerId, providerLeg: last.leg, ...(unreported && { unreported }) };
    const named = spoken === undefined ? name : { ...name, spoken };
    const sentAt = delivery.sentAt ?? last.at;
    // A DELIVERED delivery keeps its provider id; a message accepted meanwhile by another leg is the duplicate.
    const isNews = delivery.status !== 'DELIVERED' && last.leg >= (delivery.providerLeg ?? 0);
    const { spoken: _, ...unnamed } = delivery;
    const next: Delivery = { ...(isNews ? { ...unnamed, ...named } : delivery), sentAt, events };
    return holdsClaim ? markAccepted(page, key, next, now) : { page: withDelivery(page, key, next) };
  }
  const noted: Delivery = { ...delivery, events };
  if (noted.status !== 'SENDING' || !holdsClaim || conclusion.next === 'sent') {
    return { page: withDelivery(page, key, noted) };
  }
  // What looked like a failure was none: a receipt says that a leg of this very claim got through.
  if (wasAccepted(noted)) return markAccepted(page, key, noted, now);
  return { page: withDelivery(page, key, ended(page, noted, legs.length === 0, conclusion, now)) };
}

type Sending = Extract<Delivery, { status: 'SENDING' }>;

function ended(page: Page, delivery: Sending, wasLost: boolean, after: AfterFailure, now: number): Delivery {
  const { error } = after;
  const base = shared(delivery);
  const mark = { at: now, attempt: delivery.attempts, leg: delivery.legs, code: error.code };
  const events = wasLost ? append(delivery, { ...mark, kind: 'attempt_failed' }) : delivery.events;

  const skipReason = stopReason(page);
  if (skipReason && after.next !== 'failed') {
    return {
      ...base,
      status: 'SKIPPED',
      skippedAt: now,
      skipReason,
      events: [...events, { ...mark, kind: 'skipped' }],
    };
  }
  switch (after.next) {
    case 'retry':
      return { ...base, error, events, status: 'QUEUED' };
    case 'deferred': {
      const { since, count } = delivery.deferral ?? { since: now, count: 0 };
      return {
        ...base,
        status: 'QUEUED',
        error,
        // The attempt is given back, if this claim had used one up.
        attempts: delivery.attempts - (delivery.resumes ? 0 : 1),
        ...(delivery.resumes && { resumes: true }),
        deferral: { since, count: count + 1 },
        deferredUntil: now + after.delayMs,
        events: [...events, { ...mark, kind: 'deferred' }],
      };
    }
    case 'failed':
      return { ...base, error, status: 'FAILED', failedAt: now, events };
    case 'dead_lettered':
      return {
        ...base,
        error,
        status: 'FAILED',
        failedAt: now,
        events: [...events, { ...mark, kind: 'dead_lettered' }],
      };
  }
}

function legEvent({ leg, provider, at, result }: Leg, attempt: number, another: boolean): DeliveryEvent {
  if (result.outcome === 'accepted') {
    return { at, kind: 'sent', attempt, leg, provider, providerStatus: result.providerStatus };
  }
  const code = result.outcome === 'skipped' ? 'circuit_open' : result.fault.code;
  return { at, kind: another ? 'failed_over' : 'attempt_failed', attempt, leg, provider, code };
}
