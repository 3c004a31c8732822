import { isPermanent } from '../page/attempt.ts';
import { isInterruptive } from '../page/kind.ts';
import { CHANNELS, type Channel, type Delivery, isIn, isWithoutReceipt, type Page, providerOf } from '../page/page.ts';

/** What started together and last: a tier, or the channels of a round. Its time is when it was queued (ADR 10). */
export interface Activation {
  at: number;
  deliveries: Delivery[];
}

/** The last start of the page; undefined while nothing has started. */
export function lastActivation(page: Page): Activation | undefined {
  const ofRound = Object.values(page.deliveries).filter(({ round }) => round === page.round);
  if (ofRound.length === 0) return undefined;
  const at = Math.max(...ofRound.map(({ queuedAt }) => queuedAt));
  return { at, deliveries: ofRound.filter(({ queuedAt }) => queuedAt === at) };
}

/** Deliveries that count toward clocks: those since the page was last retried. */
const counting = (page: Page): Delivery[] =>
  Object.values(page.deliveries).filter(({ queuedAt }) => queuedAt >= (page.since ?? 0));

const earliest = (times: readonly (number | undefined)[]): number | undefined => {
  const known = times.filter((time) => time !== undefined);
  return known.length > 0 ? Math.min(...known) : undefined;
};

export const firstSent = (deliveries: readonly Delivery[]): number | undefined =>
  earliest(deliveries.map(({ sentAt }) => sentAt));

/** From which moment the time until EXHAUSTED runs: the first SENT, else the start of the first ack clock. */
export function escalationBegan(page: Page, ackClockLatest: number): number {
  const deliveries = counting(page);
  const firstStart = earliest(deliveries.map(({ queuedAt }) => queuedAt)) ?? page.createdAt;
  return firstSent(deliveries) ?? firstStart + ackClockLatest;
}

/**
 * Whether the page got through on this delivery as far as its channel can tell (docs/spec/escalation.md#tiers): a Slack
 * DM that was posted, a mail or text that was received, a text taken by SNS whose receipts come late or where none was
 * asked for, a call that a person answered. Acceptance by Teams, push or one-way calls says nothing.
 */
export function hasSucceeded(delivery: Delivery): boolean {
  const { channel } = delivery;
  if (channel === 'teams' || channel === 'push') return false;
  if (isIn(delivery, 'DELIVERED')) return true;
  if (!isIn(delivery, 'SENT')) return false;
  return channel === 'slack' || (channel === 'sms' && (providerOf(delivery) === 'sns' || isWithoutReceipt(delivery)));
}

/**
 * FAILED, put off because the whole channel is down, or a call that waits to ring once more: it does not keep the next
 * tier waiting.
 */
export const isOut = (delivery: Delivery): boolean =>
  isIn(delivery, 'FAILED') ||
  (isIn(delivery, 'QUEUED') && (delivery.deferral !== undefined || delivery.secondRing === true));

/** What ends a call without a person: the follow-up rings again (docs/spec/delivery.md#attempts). */
export const NO_HUMAN = 'no_human';

/** Failed in a way that no later round can mend: the address, an opt-out, a bug of ours. */
const failedForGood = (delivery: Delivery): boolean =>
  isIn(delivery, 'FAILED') && isPermanent(delivery.state.error) && delivery.state.error.code !== NO_HUMAN;

/** Channels that have started and may be tried again, in the order of `CHANNELS`, with the address used last. */
export function channelsLeft(page: Page): { channel: Channel; to: string }[] {
  return CHANNELS.flatMap((channel) => {
    const tried = Object.values(page.deliveries)
      .filter((delivery) => delivery.channel === channel)
      .toSorted((a, b) => a.round - b.round);
    const last = tried.at(-1);
    return last && !sinceRetry(tried).some(failedForGood) ? [{ channel, to: last.to }] : [];
  });
}

/** A retry by hand gives the channel a new start: what failed for good may have been mended since. */
const sinceRetry = (tried: readonly Delivery[]): readonly Delivery[] =>
  tried.slice(
    Math.max(
      0,
      tried.findLastIndex(({ events }) => events.some(({ kind }) => kind === 'retried')),
    ),
  );

/**
 * What the next round sends: exactly what the caller named, else the interruptive channels, and without those whatever
 * there is, each time without those that failed for good (docs/spec/api.md#dispatch and
 * docs/spec/escalation.md#follow-ups).
 */
export function roundChannels(page: Page): { channel: Channel; to: string }[] {
  const left = channelsLeft(page);
  if (page.channels || page.skipTiers) return left;
  const interruptive = left.filter(({ channel }) => isInterruptive(channel));
  return interruptive.length > 0 ? interruptive : left;
}
