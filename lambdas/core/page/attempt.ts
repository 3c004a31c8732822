/**
 * What follows an attempt that no provider accepted: another attempt, a deferral, or the end
 * (docs/spec/delivery.md#attempts).
 */

import type { Fault } from '../providers/fault.ts';
import type { SendResult } from '../providers/ports.ts';
import type { Rules } from '../rules.ts';
import { FIXED } from '../rules.ts';
import {
  type Channel,
  type Delivery,
  type DeliveryError,
  type FaultClass,
  PROVIDERS_OF,
  type Provider,
  providerOf,
} from './page.ts';

/** One provider of an attempt: called, with how it ended, or skipped because its circuit is open. */
export interface Leg {
  leg: number;
  provider: Provider;
  at: number;
  result: SendResult | { outcome: 'skipped' };
  /** It was the one probe of a half-open circuit. */
  wasProbe?: boolean;
}

/** Classes that neither another attempt nor a later round of the page can mend (docs/spec/inside.md#fault-classes). */
const PERMANENT: ReadonlySet<FaultClass> = new Set([
  'sender_fault',
  'destination_fault',
  'recipient_permanent',
  'opted_out',
  'our_bug',
]);

export const isPermanent = (fault: Pick<Fault, 'class'>): boolean => PERMANENT.has(fault.class);

/** Another attempt of the same round would meet the same answer: the delivery is FAILED at once. */
const endsRound = (fault: Pick<Fault, 'class'>): boolean => isPermanent(fault) || fault.class === 'refused_this_time';

/**
 * Whether sending the same once more is of no use or may send it twice: for what has no rounds, attempts or standby,
 * like the reply to a text that came in.
 */
export const isFinal = (fault: Pick<Fault, 'class'>): boolean => endsRound(fault) || fault.class === 'ambiguous';

/** Says of one provider alone that it cannot reach the person: what another one said decides about later rounds. */
const concernsProvider = ({ class: faultClass }: Pick<Fault, 'class'>): boolean =>
  faultClass === 'sender_fault' || faultClass === 'destination_fault';

/**
 * What a delivery failed of that `error` ended: a provider that cannot reach the person takes the channel away from
 * later rounds only where no other provider may yet (docs/spec/escalation.md#follow-ups). Otherwise a standby that was
 * never set up for the person's country would take texts away from a page after one bad minute of the first provider.
 * @param others why the delivery's other providers have not reached the person
 */
export const endedBy = (error: DeliveryError, others: readonly (DeliveryError | undefined)[]): DeliveryError => {
  const hopeful = others.findLast((other) => other !== undefined && !isPermanent(other));
  return concernsProvider(error) && hopeful ? hopeful : error;
};

export const CHANNEL_DOWN: DeliveryError = {
  code: 'channel_down',
  class: 'provider_fault',
  message: 'Every provider of the channel was down for too long.',
};
/** The number has been opted out since the delivery was queued. */
export const OPTED_OUT: DeliveryError = {
  code: 'opted_out',
  class: 'opted_out',
  message: 'The recipient opted out of SMS (STOP).',
};

/** Whether the failure says that no text may go to the number any more. Refusals of calls say nothing about texts. */
export const isOptOut = (channel: Channel, { class: faultClass }: DeliveryError): boolean =>
  channel === 'sms' && faultClass === 'opted_out';

/** While it waits: the same, and not yet for too long. */
const STILL_DOWN: DeliveryError = { ...CHANNEL_DOWN, message: 'Every provider of the channel is down.' };

export type AfterFailure =
  | { next: 'retry'; delayMs: number; error: DeliveryError }
  | { next: 'deferred'; delayMs: number; error: DeliveryError }
  | { next: 'failed'; error: DeliveryError }
  | { next: 'dead_lettered'; error: DeliveryError };

/**
 * Decides about a failed attempt.
 *
 * It is refunded and deferred when every leg was skipped by an open circuit or ended in a fault that counts toward one:
 * that says nothing about this page. What a probe brought back never counts. A fault that concerns the person or the
 * text ends the delivery at once. One that fails over (a sender, a destination, a guard of the provider's) only rules
 * out that provider for this delivery: the others decide, and it ends when there are none.
 * @param legs in the order they were made; empty when the worker was lost
 * @param random in [0, 1)
 */
export function afterFailure(
  delivery: Pick<Delivery, 'attempts' | 'deferral' | 'undelivered'>,
  legs: readonly Leg[],
  lost: DeliveryError,
  rules: Rules,
  now: number,
  random: number,
): AfterFailure {
  const faults = legs.map(faultOf);
  const final = faults.findLast((fault) => fault && endsRound(fault));
  const open = legs.filter((leg) => !isRuledOut(leg));
  if (final && (!final.failsOver || open.length === 0)) {
    return { next: 'failed', error: toError(endedBy(final, [delivery.undelivered, ...faults])) };
  }
  const last = open.map(faultOf).findLast((fault) => fault !== undefined);

  const asked = withJitter(askedWait(open), rules, random);
  const usesUp = open.some(({ result, wasProbe }) => result.outcome === 'failed' && !result.fault.counts && !wasProbe);
  if (legs.length > 0 && !usesUp) {
    const delayMs = untilNextTurn(delivery.deferral?.since ?? now, rules, now, random);
    if (delayMs === undefined) return { next: 'dead_lettered', error: CHANNEL_DOWN };
    return { next: 'deferred', delayMs: Math.max(delayMs, asked), error: last ? toError(last) : STILL_DOWN };
  }
  const error = last ? toError(last) : lost;
  const gap = rules.retryGaps[delivery.attempts - 1];
  if (delivery.attempts >= FIXED.maxAttempts || gap === undefined) return { next: 'dead_lettered', error };
  return { next: 'retry', delayMs: Math.max(withJitter(gap, rules, random), asked), error };
}

/**
 * How long the next attempt has to wait so that one provider at least may be asked again
 * (docs/spec/delivery.md#retry-after). A provider that was skipped or named no time may be asked at once.
 * @returns ms
 */
const askedWait = (open: readonly Leg[]): number =>
  open.length === 0 ? 0 : Math.min(FIXED.longestRetryAfter, ...open.map((leg) => faultOf(leg)?.retryAfter ?? 0));

/**
 * When to try once more what has no row of its own to count in, like the post in a team's channel: after the usual gap
 * or the wait that was asked for, whichever is longer.
 * @param tries that were made, this one included
 * @param random in [0, 1)
 * @returns ms; undefined after the fifth try, and where another one is of no use or may say it twice
 */
export function untilNextTry(fault: Fault, tries: number, rules: Rules, random: number): number | undefined {
  const gap = rules.retryGaps[tries - 1];
  if (isFinal(fault) || tries >= FIXED.maxAttempts || gap === undefined) return undefined;
  return withJitter(Math.max(gap, Math.min(FIXED.longestRetryAfter, fault.retryAfter ?? 0)), rules, random);
}

/**
 * How long a delivery that was deferred at `since` waits for its next turn: the gap that follows those its time has
 * been enough for. Told by the time and not by a count, because turns are not all written down. Jitter only lengthens
 * gaps, so none is taken twice.
 * @param random in [0, 1)
 * @returns ms; undefined when the hour is over
 */
export function untilNextTurn(since: number, rules: Rules, now: number, random: number): number | undefined {
  const waited = now - since;
  if (waited >= rules.deferralLimit) return undefined;
  let [gap = 0, ...later] = rules.deferralGaps;
  // The last gap is that of all further turns.
  for (let turn = gap; waited >= turn && later.length > 0; turn += gap) [gap = 0, ...later] = later;
  return withJitter(gap, rules, random);
}

const withJitter = (ms: number, { retryJitter }: Rules, random: number): number =>
  Math.round(ms * (1 + random * retryJitter));

const faultOf = ({ result }: Leg): Fault | undefined => (result.outcome === 'failed' ? result.fault : undefined);
const isRuledOut = (leg: Leg): boolean => {
  const fault = faultOf(leg);
  return fault !== undefined && endsRound(fault);
};

/**
 * What becomes of a message that came back after it was accepted: the providers that have not been tried get it once
 * (docs/spec/delivery.md#failover), unless its code forbids or there is none. One before it in the
 * chain may be untried too, when the page went past it because its sender was busy.
 */
export function afterUndelivered(
  delivery: Pick<Delivery, 'channel' | 'failoverFrom' | 'sent' | 'bundledInto' | 'events'>,
  failsOver: boolean,
): { next: 'fail_over'; from: Provider } | { next: 'failed' } {
  const { channel, failoverFrom, events } = delivery;
  const provider = providerOf(delivery);
  const chain = PROVIDERS_OF[channel];
  const wasCalled = (one: Provider) => events.some((event) => event.provider === one && event.code !== 'circuit_open');
  const behind = provider && chain[chain.indexOf(provider) + 1];
  const from = provider && (behind ?? chain.find((one) => one !== provider && !wasCalled(one)));
  return failsOver && failoverFrom === undefined && from ? { next: 'fail_over', from } : { next: 'failed' };
}

/** Calls whose outcome is not known and that were followed by another or will be: each may arrive twice. */
export const ambiguousLegs = (legs: readonly Leg[]): Leg[] => legs.filter(({ result }) => isAmbiguous(result));

/** Whether the provider may have taken the message although it did not say so. */
export const isAmbiguous = (result: Leg['result']): boolean =>
  result.outcome === 'failed' && result.fault.class === 'ambiguous';

/** The part of a fault that is kept in the row. */
export const toError = ({ code, class: faultClass, message }: Fault | DeliveryError): DeliveryError => ({
  code,
  class: faultClass,
  message,
});
