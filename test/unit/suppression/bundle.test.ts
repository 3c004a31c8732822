import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Page } from '../../../lambdas/core/page/page.ts';
import { decideBundling, follow } from '../../../lambdas/core/suppression/bundle.ts';
import { cappedUntil, type Member, type Slot, sharesMessage } from '../../../lambdas/core/suppression/groups.ts';
import { MINUTE } from '../../../lambdas/core/time.ts';
import { flat, SMS, someDelivery, somePage, T0 } from '../../support/pages.ts';

const ME = 'pg_aaaaaaaaaaaaaaaa';
const OTHER = 'pg_bbbbbbbbbbbbbbbb';
const page = (fields: Partial<Page> = {}) => somePage({ group: 'live', ...fields });
const CARRIER = somePage({ id: OTHER });
const slot = (fields: Partial<Slot> = {}): Slot => ({
  carrier: OTHER,
  round: 1,
  at: T0,
  listed: [OTHER, ME],
  ...fields,
});
const sent = someDelivery({ status: 'SENT', sentAt: T0 + 10, claims: 1, attempts: 1, provider: 'twilio' });
const at = (now: number, s: Slot | undefined, carried = sent, p = page(), copy = 1) =>
  decideBundling(p, SMS, copy, s, s && carried, MINUTE, now);

describe('before it claims, a copy of a page that shares messages', () => {
  test('carries the message where there is none within the minute', () => {
    expect(at(T0, undefined)).toEqual({ decision: 'lead' });
    expect(at(T0 + MINUTE, slot({ listed: [OTHER] }))).toEqual({ decision: 'lead' });
  });

  test('rides on one that listed it, and takes the number of its claim, so that no copy sends it again', () => {
    const decided = at(T0 + 100, slot());
    if (decided.decision !== 'join') throw new Error(decided.decision);
    expect(flat(decided.page.deliveries[SMS])).toMatchObject({
      status: 'SENT',
      carrier: OTHER,
      claims: 1,
      provider: 'twilio',
    });
    expect(flat(decided.page.deliveries[SMS])).not.toHaveProperty('providerId');
    expect(at(T0 + 200, slot(), sent, decided.page)).toEqual({ decision: 'send-alone' });
  });

  test('hears as much of its fate as the one that it rides on', () => {
    const decided = at(T0 + 100, slot(), someDelivery({ ...flat(sent), unreported: true }));
    expect(flat(decided.decision === 'join' ? decided.page.deliveries[SMS] : undefined)).toMatchObject({
      unreported: true,
    });
  });

  test('a call that was cancelled because all of them were answered is over for the others too, for open ones it is not', () => {
    const decided = at(T0 + 100, slot());
    if (decided.decision !== 'join') throw new Error(decided.decision);
    const cancelled = someDelivery({ status: 'SKIPPED', sentAt: T0, skippedAt: T0 + 200, skipReason: 'acknowledged' });
    expect(flat(follow(decided.page, CARRIER, cancelled, T0 + 300).deliveries[SMS])).toMatchObject({ status: 'SENT' });
    const answered = { ...decided.page, acknowledged: { at: T0 + 150, by: 'Alice', via: 'sms' as const } };
    expect(flat(follow(answered, CARRIER, cancelled, T0 + 300).deliveries[SMS])).toMatchObject({
      status: 'SKIPPED',
      skipReason: 'acknowledged',
    });
  });

  test('rides late on one that went out after it was queued, however old, and on no older one', () => {
    expect(at(T0 + 10 * MINUTE, slot()).decision).toBe('join');
    const next = page({ deliveries: { [SMS]: someDelivery({ queuedAt: T0 + 5 * MINUTE }) } });
    expect(at(T0 + 5 * MINUTE, slot(), sent, next)).toEqual({ decision: 'lead' });
  });

  test('a page that was sent again on purpose rides on no message that an earlier round of it was sent by', () => {
    const sentBefore = (sentAt: number) =>
      page({
        round: 2,
        deliveries: {
          [SMS]: someDelivery({ status: 'SENT', sentAt, claims: 1, attempts: 1, carrier: OTHER }),
          '2.sms': someDelivery({ round: 2, queuedAt: T0 + 1_000 }),
        },
      });
    const again = (sentAt: number) => decideBundling(sentBefore(sentAt), '2.sms', 1, slot(), sent, MINUTE, T0 + 2_000);
    expect(again(T0 + 50)).toEqual({ decision: 'wait', until: T0 + MINUTE });
    // That one failed before this message went out, which tells its reader.
    expect(again(T0 - 50).decision).toBe('join');
  });

  test('waits for the minute to end where the last message did not list it', () => {
    expect(at(T0 + 1_000, slot({ listed: [OTHER] }))).toEqual({ decision: 'wait', until: T0 + MINUTE });
  });

  test('waits for one on its way, and takes over from one that failed or was lost', () => {
    const sending = someDelivery({ status: 'SENDING', leaseUntil: T0 + 20_000, claims: 1, attempts: 1 });
    expect(at(T0 + 100, slot(), sending)).toEqual({ decision: 'wait', until: T0 + 3_100 });
    expect(at(T0 + 20_000, slot(), sending)).toEqual({ decision: 'lead' });
    expect(at(T0 + 100, slot(), someDelivery())).toEqual({ decision: 'wait', until: T0 + 3_100 });
    expect(at(T0 + 20_000, slot(), someDelivery())).toEqual({ decision: 'lead' });
    expect(at(T0 + 100, slot(), someDelivery({ claims: 1, attempts: 1 }))).toEqual({ decision: 'lead' });
    const failed = someDelivery({
      status: 'FAILED',
      failedAt: T0,
      error: { code: 'x', class: 'transient', message: '' },
    });
    expect(at(T0 + 100, slot(), failed)).toEqual({ decision: 'lead' });
  });

  test('carries its own message once more, and leaves alone what is answered, held, old or in no group', () => {
    expect(at(T0 + 100, slot({ carrier: ME }))).toEqual({ decision: 'lead' });
    const by = { at: T0, by: 'Bob', via: 'api' } as const;
    for (const fields of [{ acknowledged: by }, { held: { until: T0 + 1, reason: 'cap' as const } }])
      expect(at(T0 + 100, slot(), sent, page(fields))).toEqual({ decision: 'send-alone' });
    expect(at(T0 + 100, slot(), sent, somePage())).toEqual({ decision: 'send-alone' });
    const claimed = page({ deliveries: { [SMS]: someDelivery({ claims: 1 }) } });
    expect(at(T0 + 100, slot(), sent, claimed, 1)).toEqual({ decision: 'send-alone' });
  });
});

test('what rides follows its carrier to DELIVERED or FAILED, and nothing else follows', () => {
  const decided = at(T0 + 100, slot());
  if (decided.decision !== 'join') throw new Error(decided.decision);
  const rider = decided.page;
  const delivered = someDelivery({ status: 'DELIVERED', deliveredAt: T0 + 500, sentAt: T0 });
  expect(flat(follow(rider, CARRIER, delivered, T0 + 600).deliveries[SMS])).toMatchObject({ status: 'DELIVERED' });
  const error = { code: '30003', class: 'transient', message: 'off' } as const;
  const failed = someDelivery({ status: 'FAILED', failedAt: T0 + 500, sentAt: T0, error });
  expect(flat(follow(rider, CARRIER, failed, T0 + 600).deliveries[SMS])).toMatchObject({ status: 'FAILED', error });
  expect(follow(rider, somePage({ id: 'pg_cccccccccccccccc' }), delivered, T0 + 600)).toBe(rider);
  expect(follow(page(), CARRIER, delivered, T0 + 600)).toEqual(page());
});

test('late news of a message concerns those that rode on it, and not those on a later message of the same page', () => {
  const error = { code: '30003', class: 'transient', message: 'off' } as const;
  const [first, second] = [
    someDelivery({ status: 'FAILED', failedAt: T0 + 9 * MINUTE, sentAt: T0, claims: 1, error }),
    someDelivery({ status: 'SENT', sentAt: T0 + 5 * MINUTE, claims: 1, round: 2 }),
  ];
  const carrier = somePage({ id: OTHER, deliveries: { '1.sms': first, '2.sms': second } });
  const joined = (round: number, sentAt: number) =>
    someDelivery({ status: 'SENT', carrier: OTHER, round, sentAt, claims: 1 });
  const rider = page({ deliveries: { '1.sms': joined(1, T0 + 10), '2.sms': joined(2, T0 + 5 * MINUTE) } });
  const told = follow(rider, carrier, first, T0 + 9 * MINUTE);
  expect(Object.values(told.deliveries).map(({ state }) => state.status)).toEqual(['FAILED', 'SENT']);
  const delivered = someDelivery({ ...flat(second), status: 'DELIVERED', deliveredAt: T0 + 9 * MINUTE });
  const reached = follow(rider, carrier, delivered, T0 + 9 * MINUTE);
  expect(Object.values(reached.deliveries).map(({ state }) => state.status)).toEqual(['SENT', 'DELIVERED']);
});

describe('counting', () => {
  const member = (when: number, interruptive: Member['interruptive'] = ['sms']): Member => ({
    pageId: `pg_${when}`,
    at: when,
    interruptive,
  });

  test('the fifth within ten minutes shares, at any time', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20 * MINUTE }), { maxLength: 12 }), (times) => {
        const now = T0 + 20 * MINUTE;
        const members = [...times.map((ms) => member(T0 + ms)), member(now)];
        const recent = times.filter((ms) => T0 + ms > now - 10 * MINUTE).length + 1;
        expect(sharesMessage(members, now, 10 * MINUTE)).toBe(recent >= 5);
      }),
    );
  });

  test('the cap is of the clock hour and of one channel', () => {
    const hour = Date.parse('2026-11-22T04:00:00Z');
    const members = [member(hour - 1), member(hour), member(hour + 1, ['voice'])];
    expect(cappedUntil(members, ['sms'], 1, hour + 2)).toBeUndefined();
    expect(cappedUntil([...members, member(hour + 2)], ['sms'], 1, hour + 2)).toBe(hour + 3_600_000);
    expect(cappedUntil([...members, member(hour + 2)], ['voice'], 1, hour + 2)).toBeUndefined();
    expect(cappedUntil(members, [], 1, hour + 2)).toBeUndefined();
  });
});
