import { roundChannels } from '../escalation/activations.ts';
import { append } from './change.ts';
import { CHANNELS, type Channel, type Delivery, type DeliveryKey, deliveryKey, isIn, type Page } from './page.ts';
import { start } from './start.ts';
import type { Starting } from './starting.ts';
import { isHeld, pageStatus } from './status.ts';

/** The delivery that says how the page stands on the channel now: that of the newest round. */
export const latestOn = (page: Page, channel: Channel): Delivery | undefined =>
  Object.values(page.deliveries)
    .filter((delivery) => delivery.channel === channel)
    .toSorted((a, b) => a.round - b.round)
    .at(-1);

/**
 * A page that holds so many deliveries is not retried any more. Every retry adds up to six of them and is followed up
 * by as many as six rounds, and DynamoDB refuses an item over 400 KB: the page could then neither be sent nor answered.
 */
export const MAX_DELIVERIES = 40;

/** Whether the page has been sent so often that its item must not grow further (docs/spec/api.md#retry; ADR 15). */
export const isRetriedOut = (page: Page): boolean => Object.keys(page.deliveries).length >= MAX_DELIVERIES;

/** A queue copy or a worker has it. One that waits for its channel to come back may be overtaken by a new round. */
const isOnItsWay = (delivery: Delivery): boolean =>
  isIn(delivery, 'SENDING') || (isIn(delivery, 'QUEUED') && !delivery.deferral);

/**
 * What a retry sends, with the addresses used last: every channel that failed, and of an exhausted page what the next
 * round would have sent. Never what is on its way; what is SENT or DELIVERED only by its name, since only a new round
 * may send it again (invariant 2).
 * @param named only these, of those the page has; one that has not started yet starts with the round
 */
export function retriable(page: Page, named?: readonly Channel[]): { channel: Channel; to: string }[] {
  if (isHeld(page)) return [];
  const missed = pageStatus(page) === 'EXHAUSTED' ? roundChannels(page).map(({ channel }) => channel) : [];
  return CHANNELS.flatMap((channel) => {
    const latest = latestOn(page, channel);
    const to = latest?.to ?? plannedAddress(page, channel);
    if (to === undefined || (latest && isOnItsWay(latest))) return [];
    const isMeant = named ? named.includes(channel) : isIn(latest, 'FAILED') || missed.includes(channel);
    return isMeant ? [{ channel, to }] : [];
  });
}

const plannedAddress = (page: Page, channel: Channel): string | undefined =>
  page.pendingTiers.flatMap(({ channels }) => channels).find((planned) => planned.channel === channel)?.to;

/**
 * These channels as a new round. The page is as open as when it was new: its clocks count from `now`, nothing is
 * exhausted, and tiers that have not started follow this round.
 */
export function retry(page: Page, channels: Starting[], now: number): Page {
  const { exhausted: _, ...started } = start(page, 'round', channels, now);
  const names = new Set(channels.map(({ channel }) => channel));
  const marked = channels.flatMap(({ channel }): [DeliveryKey, Delivery][] => {
    const key = deliveryKey(started.round, channel);
    const delivery = started.deliveries[key];
    if (!delivery) return [];
    return [[key, { ...delivery, events: append(delivery, { at: now, kind: 'retried', attempt: 0, leg: 0 }) }]];
  });
  return {
    ...started,
    since: now,
    pendingTiers: started.pendingTiers
      .map((tier) => ({ ...tier, channels: tier.channels.filter(({ channel }) => !names.has(channel)) }))
      .filter(({ channels: left }) => left.length > 0),
    deliveries: { ...started.deliveries, ...Object.fromEntries(marked) },
  };
}
