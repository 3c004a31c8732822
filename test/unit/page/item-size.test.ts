/** DynamoDB refuses an item over 400 KB: a page that grew to it could neither be sent nor answered. */
import { expect, test } from 'vitest';
import type { Leg } from '../../../lambdas/core/page/attempt.ts';
import { claim } from '../../../lambdas/core/page/claim.ts';
import { applyOutcome } from '../../../lambdas/core/page/outcome.ts';
import { CHANNELS, type Channel, type DeliveryKey, type Page, PROVIDERS_OF } from '../../../lambdas/core/page/page.ts';
import { applyReceipt } from '../../../lambdas/core/page/receipt.ts';
import { isRetriedOut, MAX_DELIVERIES, retry } from '../../../lambdas/core/page/retry.ts';
import { start } from '../../../lambdas/core/page/start.ts';
import { FIXED } from '../../../lambdas/core/rules.ts';
import { toItem } from '../../../lambdas/stores/page-item.ts';
import { somePage, T0 } from '../../support/pages.ts';

const KB = 1_024;
/** Rounds that may follow the last retry of a page that wants an answer. */
const MAX_FOLLOW_UPS = 6;

/** More than DynamoDB counts: names and values in UTF-8, and JSON's quotes and commas besides. */
const bytesOf = (page: Page): number => Buffer.byteLength(JSON.stringify(toItem(page)));

/** The longest addresses that a recipient may have. */
const addressOf = (channel: Channel): string =>
  ({ push: Array.from({ length: 10 }, () => 'a'.repeat(512)).join(' '), teams: 'b'.repeat(2_048) })[
    channel as string
  ] ?? 'c'.repeat(254);
const all = (channels: readonly Channel[]) => channels.map((channel) => ({ channel, to: addressOf(channel) }));

const REPORT = { provider: 'twilio', providerId: 'SM1', rank: 1 } as const;
const error = { code: 'a_long_code_of_a_provider', class: 'transient' as const, message: 'm'.repeat(200) };
const properties = { failsOver: true, counts: false, opens: false, disablesSender: false };

/** Five attempts over all providers, each refused with the longest words, and reports on each call. */
function inTrouble(page: Page, key: DeliveryKey, channel: Channel): Page {
  let next = page;
  for (let copy = 1; copy <= FIXED.maxAttempts; copy++) {
    const chain = PROVIDERS_OF[channel];
    const taken = claim(next, key, copy, chain.length, T0);
    if (taken.decision !== 'claimed') throw new Error(taken.decision);
    const legs = chain.map(
      (provider, i): Leg => ({
        leg: taken.firstLeg + i,
        provider,
        at: T0 + 1_000_000,
        result: { outcome: 'failed', fault: { ...error, ...properties } },
      }),
    );
    const after = copy < FIXED.maxAttempts ? ('retry' as const) : ('dead_lettered' as const);
    next = applyOutcome(taken.page, key, taken, legs, { next: after, error, delayMs: 0 }, T0).page;
    for (const { leg, provider } of legs) {
      for (const providerStatus of ['accepted', 'queued', 'sending', 'sent', 'delivery_unknown']) {
        const receipt = { provider, providerId: 'i'.repeat(64), rank: 0, providerStatus, news: 'progress' as const };
        const applied = applyReceipt(next, key, { claim: taken.claim, leg }, receipt, T0);
        if ('page' in applied && applied.page.deliveries[key]?.state.status === 'FAILED') next = applied.page;
      }
    }
  }
  return next;
}

/** A page that is retried on these channels until it may not be any more, and then followed up to the end. */
function grown(channels: readonly Channel[]): { page: Page; retries: number } {
  const wide = {
    title: 't'.repeat(200),
    url: `https://${'u'.repeat(2_040)}`,
    description: 'd'.repeat(128),
    id: 'i'.repeat(64),
    service: 's'.repeat(64),
    priority: 'CRITICAL' as const,
  };
  const escalateTo = Array.from({ length: 20 }, (_, n) => `${n}`.padEnd(64, 'r'));
  let page = somePage({ incident: wide, escalateTo, channels: [...channels], deliveries: {} });
  const trouble = (round: number) => {
    for (const channel of channels) page = inTrouble(page, `${round}.${channel}`, channel);
  };
  page = { ...start({ ...page, round: 0 }, 'round', all(channels), T0) };
  trouble(page.round);
  let retries = 0;
  for (; !isRetriedOut(page); retries++) {
    page = retry(page, all(channels), T0);
    trouble(page.round);
  }
  for (let n = 0; n < MAX_FOLLOW_UPS; n++) {
    page = start(page, 'round', all(channels), T0);
    trouble(page.round);
  }
  return { page, retries };
}

test('a delivery keeps fifty receipts and hears after them what became of its message', () => {
  const taken = claim(somePage(), '1.sms', 1, 2, T0);
  if (taken.decision !== 'claimed') throw new Error(taken.decision);
  const said = (page: Page, providerStatus: string, news: 'progress' | 'delivered') =>
    applyReceipt(page, '1.sms', { claim: 1, leg: 1 }, { ...REPORT, providerStatus, news }, T0);
  let page = taken.page;
  for (let n = 0; n < 500; n++) {
    const noted = said(page, `word-${n}`, 'progress');
    if ('page' in noted) page = noted.page;
  }
  expect(page.deliveries['1.sms']?.events.filter(({ kind }) => kind === 'receipt')).toHaveLength(50);
  const delivered = said(page, 'delivered', 'delivered');
  expect('page' in delivered && delivered.page.deliveries['1.sms']?.state.status).toBe('DELIVERED');
});

test.each<[string, readonly Channel[], number]>([
  ['one channel', ['sms'], MAX_DELIVERIES - 1],
  ['texts and calls', ['sms', 'voice'], MAX_DELIVERIES / 2 - 1],
  ['all channels', CHANNELS, 6],
])('a page that is retried as often as it may be on %s stays far below 400 KB', (_, channels, retries) => {
  const grownPage = grown(channels);
  expect(grownPage.retries).toBe(retries);
  expect(bytesOf(grownPage.page)).toBeLessThan(200 * KB);
});
