import { TIER_OF } from '../escalation/plan.ts';
import { type Delivery, type DeliveryKey, deliveryKey, isIn, type Page, type PlannedTier, type Tier } from './page.ts';
import type { DeliveryMessage } from './ports.ts';
import type { Starting } from './starting.ts';
import { fail, queue } from './transitions.ts';

/** A delivery that waits for its first claim. One that cannot be used is FAILED from the start, with the reason. */
export function newDelivery(
  tier: Tier,
  round: number,
  { channel, to, knownBroken, unusable }: Starting,
  now: number,
): Delivery {
  const fresh = { channel, tier, round, to, attempts: 0, claims: 0, legs: 0, rev: 1, queuedAt: now };
  const base = knownBroken ? { ...fresh, knownBroken } : fresh;
  const queued = { at: now, kind: 'queued', attempt: 0, leg: 0 } as const;
  if (!unusable) return queue({ ...base, events: [queued] });
  const failed = { at: now, kind: 'attempt_failed', attempt: 0, leg: 0, code: unusable.code } as const;
  return fail({ ...base, events: [queued, failed] }, unusable, now);
}

/**
 * Starts the next tier in this round, or a new round. The deliveries are new keys and the page's `rev` is raised, so of
 * two that start the same one only one is saved (ADR 10).
 */
export function start(
  page: Page,
  what: { tier: PlannedTier['tier'] } | 'round',
  channels: Starting[],
  now: number,
): Page {
  const round = what === 'round' ? page.round + 1 : page.round;
  const added = channels.map((one): [DeliveryKey, Delivery] => {
    const tier = what === 'round' ? TIER_OF[one.channel] : what.tier;
    return [deliveryKey(round, one.channel), newDelivery(tier, round, one, now)];
  });
  return {
    ...page,
    round,
    rev: page.rev + 1,
    pendingTiers: what === 'round' ? page.pendingTiers : page.pendingTiers.filter(({ tier }) => tier !== what.tier),
    deliveries: { ...page.deliveries, ...Object.fromEntries(added) },
  };
}

/** Nobody answered: escalation ends, and a later answer still counts. Deliveries under way go on to their ends. */
export const exhaust = (page: Page, now: number): Page => ({ ...page, rev: page.rev + 1, exhausted: { at: now } });

/** The queue copies that start what nobody has touched yet. */
export const firstCopies = (page: Page): DeliveryMessage[] => untouched(page).map((delivery) => copyOf(page, delivery));

/** The queue copy of the delivery's next claim. The first one of a page in a group goes through the bundle gate (ADR 12). */
export const copyOf = (page: Page, { round, channel, claims }: Delivery): DeliveryMessage => ({
  pageId: page.id,
  round,
  channel,
  claim: claims + 1,
  ...(page.group !== undefined && claims === 0 && { grouped: true }),
});

/** Copies of these are still to be queued, or it is not known whether they were: nobody has touched them yet. */
export const untouched = (page: Page): Delivery[] =>
  Object.values(page.deliveries).filter((one) => isIn(one, 'QUEUED') && one.claims === 0);
