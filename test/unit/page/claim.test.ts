import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { answer } from '../../../lambdas/core/page/answer.ts';
import { claim } from '../../../lambdas/core/page/claim.ts';
import { FIXED } from '../../../lambdas/core/rules.ts';
import { flat, SMS, someDelivery, somePage, T0 } from '../../support/pages.ts';

const pageWith = (fields: object) => somePage({ deliveries: { [SMS]: someDelivery(fields) } });
const sending = (attempts: number) => ({
  status: 'SENDING',
  attempts,
  claims: attempts,
  legs: attempts,
  leaseUntil: T0 + FIXED.lease,
});

describe('the claim table (docs/spec/inside.md#claiming)', () => {
  test('QUEUED and the next attempt: claimed, with a lease longer than the function may run', () => {
    const decision = claim(pageWith({}), SMS, 1, 2, T0);
    expect(decision).toMatchObject({ decision: 'claimed', claim: 1, attempt: 1, firstLeg: 1 });
    const delivery = decision.decision === 'claimed' ? decision.page.deliveries[SMS] : undefined;
    expect(flat(delivery)).toMatchObject({ status: 'SENDING', attempts: 1, legs: 2, rev: 2, lastAttemptAt: T0 });
    expect((flat(delivery).leaseUntil ?? 0) - T0).toBeGreaterThan(FIXED.functionTimeout);
  });

  test('QUEUED and a copy of an earlier claim: dropped', () => {
    expect(claim(pageWith({ attempts: 1, claims: 2 }), SMS, 2, 1, T0)).toEqual({ decision: 'drop', why: 'stale' });
  });

  test.each(['SENT', 'DELIVERED', 'FAILED', 'SKIPPED'])('%s: dropped', (status) => {
    expect(claim(pageWith({ status }), SMS, 9, 1, T0)).toEqual({ decision: 'drop', why: 'final' });
  });

  test('SENDING with a live lease: this copy may be the only one left, so it waits', () => {
    const page = pageWith(sending(1));
    expect(claim(page, SMS, 1, 1, T0 + FIXED.lease - 1)).toEqual({ decision: 'wait', until: T0 + FIXED.lease });
  });

  test('SENDING with an expired lease: taken over as the next attempt, whatever the copy is for, legs never shared', () => {
    const decision = claim(pageWith(sending(2)), SMS, 1, 2, T0 + FIXED.lease);
    expect(decision).toMatchObject({ decision: 'claimed', attempt: 3, firstLeg: 3 });
    const events = decision.decision === 'claimed' ? decision.page.deliveries[SMS]?.events : [];
    expect(events?.slice(-2)).toMatchObject([
      { kind: 'attempt_failed', attempt: 2, code: 'worker_lost' },
      { kind: 'claimed', attempt: 3 },
    ]);
  });

  test('a lost fifth attempt has no sixth', () => {
    const decision = claim(pageWith(sending(FIXED.maxAttempts)), SMS, 1, 1, T0 + FIXED.lease);
    expect(decision).toEqual({ decision: 'lost', claim: 5, attempt: 5 });
  });

  test('a lost attempt of an answered page is not made again', () => {
    const acked = answer(pageWith(sending(1)), 'acknowledge', { at: T0, by: 'Bob', via: 'api' });
    expect(claim(acked, SMS, 1, 1, T0 + FIXED.lease)).toEqual({ decision: 'lost', claim: 1, attempt: 1 });
  });

  test('SENDING with an expired lease whose message is known to be accepted: SENT, not sent again', () => {
    const claimed = claim(pageWith({}), SMS, 1, 2, T0);
    const page = claimed.decision === 'claimed' ? claimed.page : somePage();
    const named = someDelivery({
      ...flat(page.deliveries[SMS]),
      provider: 'twilio',
      providerId: 'SM1',
      providerLeg: 1,
    });
    const decision = claim({ ...page, deliveries: { [SMS]: named } }, SMS, 1, 2, T0 + FIXED.lease);
    expect(decision).toMatchObject({
      decision: 'settled',
      page: { deliveries: { [SMS]: { state: { status: 'SENT' } } } },
    });
  });

  test('a send that resumes after its message came back uses no attempt up', () => {
    const page = pageWith({ attempts: 5, claims: 5, resumes: true, from: 'sns' });
    expect(claim(page, SMS, 6, 1, T0)).toMatchObject({ decision: 'claimed', claim: 6, attempt: 5 });
  });

  test.each([
    ['delivered', { '1.voice': someDelivery({ channel: 'voice', status: 'DELIVERED' }) }],
    ['superseded', { '2.sms': someDelivery({ round: 2 }) }],
  ])('a deferred send that is not wanted any more is SKIPPED: %s', (reason, others) => {
    const deferred = someDelivery({ claims: 1, deferral: { since: T0, count: 1 } });
    const page = somePage({ deliveries: { [SMS]: deferred, ...others } });
    const decision = claim(page, SMS, 2, 1, T0);
    expect(decision).toMatchObject({
      decision: 'settled',
      page: { deliveries: { [SMS]: { state: { status: 'SKIPPED', reason } } } },
    });
  });

  test('a delivery that is not there: unknown', () => {
    expect(claim(somePage({ deliveries: {} }), SMS, 1, 1, T0)).toEqual({ decision: 'drop', why: 'unknown' });
  });
});

test('never more than five attempts, and never two claims at one time, over any copies at any times', () => {
  const step = fc.record({ copy: fc.integer({ min: 1, max: 7 }), wait: fc.integer({ min: 0, max: 60_000 }) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      let page = somePage();
      let now = T0;
      let leaseUntil = 0;
      for (const { copy, wait } of steps) {
        now += wait;
        const decision = claim(page, SMS, copy, 1, now);
        if (decision.decision !== 'claimed') continue;
        if (now < leaseUntil) throw new Error('claimed under a live lease');
        page = decision.page;
        leaseUntil = flat(page.deliveries[SMS]).leaseUntil ?? 0;
      }
      return (page.deliveries[SMS]?.attempts ?? 0) <= FIXED.maxAttempts;
    }),
  );
});
