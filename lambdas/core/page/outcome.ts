import type { Fault, SendResult } from '../ports.ts';
import { append, shared, withDelivery } from './change.ts';
import type { Delivery, DeliveryError, DeliveryEvent, DeliveryKey, Page, Provider } from './page.ts';
import { isAnswered } from './status.ts';

/** One provider call of an attempt and how it ended. */
export interface Leg {
  leg: number;
  provider: Provider;
  at: number;
  result: SendResult;
}

/** What follows an attempt: nothing more, or its failure and what `afterFailure` decided. */
export type Conclusion = { next: 'sent' } | { next: 'retry' | 'failed' | 'dead_lettered'; error: DeliveryError };

/**
 * Writes the outcome of an attempt into its delivery. The attempt number is the fencing token: an outcome of an
 * attempt that was taken over adds to the history and changes nothing else. A receipt may have come first; then the
 * delivery keeps what the receipt said.
 */
export function applyOutcome(
  page: Page,
  key: DeliveryKey,
  attempt: number,
  legs: readonly Leg[],
  conclusion: Conclusion,
  now: number,
): Page {
  const delivery = page.deliveries[key];
  if (!delivery) return page;
  const events = append(delivery, ...legs.map((leg, i) => legEvent(leg, attempt, i < legs.length - 1)));
  const last = legs.at(-1);
  const holdsClaim = delivery.status === 'SENDING' && delivery.attempts === attempt;

  if (last?.result.outcome === 'accepted') {
    const named = { provider: last.provider, providerId: last.result.providerId, providerLeg: last.leg };
    const sentAt = delivery.sentAt ?? last.at;
    if (holdsClaim) {
      return withDelivery(page, key, { ...shared(delivery), ...named, sentAt, events, status: 'SENT' });
    }
    const isNews = last.leg > (delivery.providerLeg ?? 0);
    return withDelivery(page, key, { ...delivery, ...(isNews && named), sentAt, events } as Delivery);
  }

  if (!holdsClaim || conclusion.next === 'sent') return withDelivery(page, key, { ...delivery, events });
  return withDelivery(page, key, ended(page, delivery, events, attempt, conclusion, now));
}

function ended(
  page: Page,
  delivery: Delivery,
  history: DeliveryEvent[],
  attempt: number,
  { next, error }: Exclude<Conclusion, { next: 'sent' }>,
  now: number,
): Delivery {
  const base = shared(delivery);
  const mark = { at: now, attempt, leg: delivery.legs, code: error.code };
  // No call was made: the worker was lost, and with it what it would have written.
  const isLost = !history.some((e) => e.attempt === attempt && ENDS_A_LEG.has(e.kind));
  const events: DeliveryEvent[] = isLost ? [...history, { ...mark, kind: 'attempt_failed' }] : history;

  if (isAnswered(page) && next !== 'failed') {
    const skipReason = page.resolved ? 'resolved' : 'acknowledged';
    return {
      ...base,
      status: 'SKIPPED',
      skippedAt: now,
      skipReason,
      events: [...events, { ...mark, kind: 'skipped' }],
    };
  }
  if (next === 'retry') return { ...base, error, events, status: 'QUEUED' };
  const resting: DeliveryEvent[] = next === 'dead_lettered' ? [...events, { ...mark, kind: 'dead_lettered' }] : events;
  return { ...base, error, status: 'FAILED', failedAt: now, events: resting };
}

const ENDS_A_LEG: ReadonlySet<string> = new Set(['sent', 'attempt_failed', 'failed_over']);

function legEvent({ leg, provider, at, result }: Leg, attempt: number, another: boolean): DeliveryEvent {
  return result.outcome === 'accepted'
    ? { at, kind: 'sent', attempt, leg, provider, providerStatus: result.providerStatus }
    : { at, kind: another ? 'failed_over' : 'attempt_failed', attempt, leg, provider, code: result.fault.code };
}

/** The part of a fault that is kept in the row. */
export const toError = ({ code, class: faultClass, message }: Fault | DeliveryError): DeliveryError => ({
  code,
  class: faultClass,
  message,
});
