import { newerToClimb } from '../page/newer.ts';
import type { Page, PlannedTier } from '../page/page.ts';
import { isStopped } from '../page/status.ts';
import type { Rules } from '../rules.ts';
import {
  type Activation,
  escalationBegan,
  firstSent,
  hasSucceeded,
  isOut,
  lastActivation,
  roundChannels,
} from './activations.ts';

export type NextStep =
  /** The next tier is due. */
  | { step: 'start_tier'; tier: PlannedTier; why: Climb }
  /** No tier is left, and nobody has answered for five minutes: these channels once more, as a new round. */
  | { step: 'start_round'; channels: PlannedTier['channels'] }
  /** Nobody will answer this page in time: `no_channel` when none is left to try. */
  | { step: 'exhaust'; why: 'time' | 'no_channel' }
  /** Nothing is due before this time, unless a failure changes it. */
  | { step: 'wait'; until: number }
  /** The page will never be due again by itself. */
  | { step: 'end' }
  /** Only a newer version knows what the page needs (ADR 18). */
  | { step: 'newer'; what: string };

/** Spent: every channel is out, or nothing has succeeded in time. Overdue: nobody has answered in time. */
export type Climb = 'failed' | 'no_success' | 'overdue';

/**
 * What a page needs now to climb (docs/spec/escalation.md#tiers and docs/spec/escalation.md#follow-ups; ADR 10). Pure:
 * whoever performs the step saves it on condition that the page has not moved.
 * @param now epoch ms
 */
export function nextStep(page: Page, now: number, rules: Rules): NextStep {
  if (isStopped(page) || page.exhausted || page.held || page.test) return { step: 'end' };
  const newer = newerToClimb(page);
  if (newer !== undefined) return { step: 'newer', what: newer };
  const start = lastActivation(page);
  if (!start) return { step: 'end' };
  const [tier] = page.pendingTiers;
  if (tier) return towardsTier(page, tier, start, now, rules);
  return page.requireAck ? towardsRound(page, start, now, rules) : { step: 'end' };
}

function towardsTier(page: Page, tier: PlannedTier, start: Activation, now: number, rules: Rules): NextStep {
  const { priority } = page.incident;
  const { at, deliveries } = start;
  if (deliveries.every(isOut)) return { step: 'start_tier', tier, why: 'failed' };
  const spentAt = deliveries.some(hasSucceeded) ? Number.POSITIVE_INFINITY : at + rules.successWithin[priority];
  if (now >= spentAt) return { step: 'start_tier', tier, why: 'no_success' };
  if (!page.requireAck) return Number.isFinite(spentAt) ? { step: 'wait', until: spentAt } : { step: 'end' };

  const latestClock = at + rules.ackClockLatest;
  const sentAt = firstSent(deliveries);
  const overdueAt = Math.min(sentAt ?? Number.POSITIVE_INFINITY, latestClock) + rules.ackWithin[priority];
  if (now >= overdueAt) return { step: 'start_tier', tier, why: 'overdue' };
  // Sent at any moment from now on, the clock would start then: that is the first time at which it could have run out.
  const soonest =
    sentAt === undefined ? Math.min(Math.max(now, at), latestClock) + rules.ackWithin[priority] : overdueAt;
  return { step: 'wait', until: Math.min(spentAt, soonest) };
}

function towardsRound(page: Page, { at }: Activation, now: number, rules: Rules): NextStep {
  const channels = roundChannels(page);
  if (channels.length === 0) return { step: 'exhaust', why: 'no_channel' };
  const end = escalationBegan(page, rules.ackClockLatest) + rules.giveUpAfter[page.incident.priority];
  if (now >= end) return { step: 'exhaust', why: 'time' };
  const due = at + rules.roundEvery;
  if (due >= end - rules.roundMargin) return { step: 'wait', until: end };
  return now >= due ? { step: 'start_round', channels } : { step: 'wait', until: due };
}
