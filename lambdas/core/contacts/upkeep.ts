/** What is done for contact points without a page: flows are kept alive, dead endpoints are tried (ADR 24). Pure decisions. */
import { hashFraction } from '../page/ids.ts';
import type { Rules } from '../rules.ts';
import type { CurrentMark } from './mark.ts';

/**
 * Whether a person's Teams workflow is sent its test card by the run that begins now. Microsoft switches a workflow off
 * that has not been used for 120 days (90, and 30 more after it has told the owner). Each person has a place among the
 * runs of a period, so nothing has to be remembered, the cards are spread over the period, and a run that is lost leaves a
 * workflow unused for twice the period, which is half of what is allowed.
 * @param now epoch ms
 */
export function isFlowDue(recipientId: string, now: number, rules: Pick<Rules, 'contactSweep' | 'flowTest'>): boolean {
  const runs = Math.round(rules.flowTest / rules.contactSweep);
  return Math.floor(hashFraction(recipientId) * runs) === runOf(now, rules) % runs;
}

/** Names the period that a test card belongs to: another copy of the run sends no second card. */
export const flowPeriod = (now: number, rules: Pick<Rules, 'contactSweep' | 'flowTest'>): number =>
  Math.floor(now / rules.flowTest);

const runOf = (now: number, { contactSweep }: Pick<Rules, 'contactSweep'>): number => Math.floor(now / contactSweep);

/** Whether a push endpoint that is disabled is to be enabled again now: once a week, from a week after it was marked. */
export const isTryDue = (
  { since, triedAt }: Pick<CurrentMark, 'since' | 'triedAt'>,
  now: number,
  { endpointTry }: Pick<Rules, 'endpointTry'>,
): boolean => now - (triedAt ?? since) >= endpointTry;
