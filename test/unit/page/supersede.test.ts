import { describe, expect, test } from 'vitest';
import { nextStep } from '../../../lambdas/core/escalation/next-step.ts';
import { answer } from '../../../lambdas/core/page/answer.ts';
import { claim } from '../../../lambdas/core/page/claim.ts';
import { applyOutcome } from '../../../lambdas/core/page/outcome.ts';
import { type Delivery, type Page, PRIORITIES, type Priority } from '../../../lambdas/core/page/page.ts';
import { applyReceipt } from '../../../lambdas/core/page/receipt.ts';
import { refuse } from '../../../lambdas/core/page/refuse.ts';
import { extendHold, release } from '../../../lambdas/core/page/release.ts';
import { isOpen, pageStatus } from '../../../lambdas/core/page/status.ts';
import { isLouder, isStoppable, standIns, supersede } from '../../../lambdas/core/page/supersede.ts';
import { rules } from '../../../lambdas/core/rules.ts';
import { isListed } from '../../../lambdas/core/suppression/groups.ts';
import { pageView } from '../../../lambdas/http/views/page.ts';
import { flat, SMS, someDelivery, somePage, T0 } from '../../support/pages.ts';

const NOW = T0 + 1_000;
const LOUD = { id: 'pg_loud', incident: { ...somePage().incident, priority: 'CRITICAL' as Priority } };
const quiet = (fields: Partial<Page> = {}, priority: Priority = 'MEDIUM'): Page =>
  somePage({ ...fields, incident: { ...somePage().incident, priority } });
const one = (fields: object): Page => quiet({ deliveries: { [SMS]: someDelivery(fields) } });
const sending = { status: 'SENDING', leaseUntil: NOW + 1, claims: 1, attempts: 1, legs: 1 };
const sent = { status: 'SENT', sentAt: T0, claims: 1, attempts: 1, legs: 1, provider: 'twilio', providerLeg: 1 };
const failed = { status: 'FAILED', failedAt: T0, error: { code: 'x', class: 'our_bug', message: '' } };
const sms = (page: Page): Delivery | undefined => page.deliveries[SMS];

test('a priority is louder than those behind it in the list, and than no other', () => {
  const louder = PRIORITIES.flatMap((a) => PRIORITIES.filter((b) => isLouder(a, b)).map((b) => `${a}>${b}`));
  expect(louder).toEqual(['CRITICAL>HIGH', 'CRITICAL>MEDIUM', 'CRITICAL>LOW', 'HIGH>MEDIUM', 'HIGH>LOW', 'MEDIUM>LOW']);
});

describe('a page that a louder one takes the place of', () => {
  test('a superseded page has what is queued skipped with the reason, is held no longer and has no tier to come', () => {
    const hold = { until: T0 + 1e7, reason: 'quiet-hours' as const };
    const before = quiet({
      held: hold,
      pendingTiers: [{ tier: 'fallback', channels: [{ channel: 'voice', to: '+1' }] }],
    });
    const page = supersede(before, LOUD, NOW);
    expect(page).toMatchObject({ pendingTiers: [], superseded: { at: NOW, by: 'pg_loud' }, rev: before.rev + 1 });
    expect(page.held).toBeUndefined();
    expect(flat(sms(page))).toMatchObject({ status: 'SKIPPED', skipReason: 'superseded', skippedAt: NOW });
    expect(sms(page)?.events.at(-1)).toMatchObject({ at: NOW, kind: 'skipped', code: 'superseded' });
    const view = pageView(page);
    expect(view).toMatchObject({ supersededBy: 'pg_loud', supersededAt: '2026-11-22T03:00:01.000Z', pendingTiers: [] });
    expect(view.heldUntil).toBeUndefined();
  });

  test.each<[string, object, string]>([
    ['nothing was sent', {}, 'EXHAUSTED'],
    ['everything had failed', failed, 'EXHAUSTED'],
    ['a send is under way', sending, 'IN_PROGRESS'],
    ['a message was sent', sent, 'SENT'],
    ['a message was delivered', { ...sent, status: 'DELIVERED', deliveredAt: T0 }, 'DELIVERED'],
  ])('a superseded page keeps the best news there is, and is closed: %s', (_, fields, status) => {
    for (const requireAck of [true, false]) {
      const before = quiet({ requireAck, deliveries: { [SMS]: someDelivery(fields), '1.email': someDelivery() } });
      const page = supersede(before, LOUD, NOW);
      expect([pageStatus(page), isOpen(page, NOW)]).toEqual([status, false]);
    }
  });

  test('a superseded page counts a later answer', () => {
    const by = { at: NOW + 1, by: 'Alice', via: 'sms' as const };
    expect(pageStatus(answer(supersede(quiet(), LOUD, NOW), 'acknowledge', by))).toBe('ACKNOWLEDGED');
  });

  test('a superseded page does nothing more by itself', () => {
    const page = supersede(quiet(), LOUD, NOW);
    expect(nextStep(page, NOW + 1e9, rules())).toEqual({ step: 'end' });
    expect(claim(page, SMS, 1, 2, NOW)).toEqual({ decision: 'drop', why: 'final' });
    expect(refuse(page, SMS, 1, { code: 'x', class: 'our_bug', message: '' }, NOW)).toBe(page);
    expect(release(page, [], NOW)).toBe(page);
    expect(extendHold(page, { until: NOW + 9, reason: 'cap' })).toBe(page);
    expect(isListed(page, false)).toBe(false);
    // A race may leave a hold in the row.
    const held = { ...page, held: { until: NOW + 9, reason: 'cap' as const } };
    expect([release(held, [], NOW), pageStatus(held)]).toEqual([held, 'EXHAUSTED']);
  });

  test('a superseded page lets a send under way end, and does not try again what fails for now', () => {
    const page = supersede(one(sending), LOUD, NOW);
    expect(sms(page)?.state.status).toBe('SENDING');
    const error = { code: 'x', class: 'transient' as const, message: '' };
    const at = { claim: 1, attempt: 1 };
    for (const next of ['retry', 'deferred'] as const) {
      const { page: after } = applyOutcome(page, SMS, at, [], { next, error, delayMs: 1 }, NOW);
      expect(flat(sms(after))).toMatchObject({ status: 'SKIPPED', skipReason: 'superseded' });
    }
    expect(claim(page, SMS, 2, 2, NOW + 1e6)).toMatchObject({ decision: 'lost' });
    const accepted = { outcome: 'accepted' as const, providerId: 'SM1', providerStatus: 'queued' };
    const legs = [{ leg: 1, provider: 'twilio' as const, at: NOW, result: accepted }];
    expect(pageStatus(applyOutcome(page, SMS, at, legs, { next: 'sent' }, NOW).page)).toBe('SENT');
  });

  test('a superseded page heeds receipts, and sends nothing on that comes back', () => {
    const page = supersede(one({ ...sent, providerId: 'SM1' }), LOUD, NOW);
    const receipt = { provider: 'twilio' as const, providerId: 'SM1', rank: 3, providerStatus: 'delivered' };
    const good = applyReceipt(page, SMS, { claim: 1, leg: 1 }, { ...receipt, news: 'delivered' }, NOW);
    expect('page' in good && pageStatus(good.page)).toBe('DELIVERED');
    const fault = { code: '30003', class: 'transient' as const, message: '', failsOver: true };
    const undelivered = { ...fault, counts: false, opens: false, disablesSender: false };
    const bad = applyReceipt(page, SMS, { claim: 1, leg: 1 }, { ...receipt, news: { undelivered } }, NOW);
    expect('page' in bad && [sms(bad.page)?.state.status, 'copy' in bad]).toEqual(['FAILED', false]);
  });
});

describe('superseding changes nothing', () => {
  const answered = { at: T0, by: 'Bob', via: 'api' as const };
  test.each<[string, Page, Page | typeof LOUD]>([
    ['of a page of the same priority', quiet({}, 'CRITICAL'), LOUD],
    ['of a louder page', quiet(), { ...LOUD, incident: { ...LOUD.incident, priority: 'LOW' } }],
    ['of a page that was acknowledged', quiet({ acknowledged: answered }), LOUD],
    ['of a page that was resolved', quiet({ resolved: answered }), LOUD],
    [
      'of a page that another louder one has taken the place of',
      quiet({ superseded: { at: T0, by: 'pg_other' } }),
      LOUD,
    ],
    ['of a page that has ended', quiet({ deliveries: { [SMS]: someDelivery(failed) }, requireAck: false }), LOUD],
  ])('superseding changes nothing %s', (_, page, by) => {
    expect(supersede(page, by, NOW)).toBe(page);
    expect(isStoppable(page, by.incident.priority, NOW)).toBe(false);
  });

  test('superseding ends a delivery that waits for its next attempt beside one that was delivered', () => {
    const delivered = someDelivery({ status: 'DELIVERED', deliveredAt: T0 });
    const waiting = someDelivery({ channel: 'slack', claims: 1, attempts: 1 });
    const page = quiet({ requireAck: false, deliveries: { [SMS]: delivered, '1.slack': waiting } });
    expect(flat(supersede(page, LOUD, NOW).deliveries['1.slack'])).toMatchObject({ status: 'SKIPPED' });
  });
});

test('a page is found with all that it took the place of and all that took its place, and with no other', () => {
  const pages = [
    quiet({ id: 'pg_low', superseded: { at: T0, by: 'pg_medium' } }),
    quiet({ id: 'pg_medium', superseded: { at: T0, by: 'pg_loud' } }),
    quiet({ id: 'pg_beside', superseded: { at: T0, by: 'pg_loud' } }),
    quiet({ id: 'pg_loud' }),
    quiet({ id: 'pg_other', superseded: { at: T0, by: 'pg_else' } }),
  ];
  for (const page of pages.slice(0, 4)) {
    const ids = standIns(page, [...pages].reverse()).map(({ id }) => id);
    const others = pages.slice(0, 4).filter(({ id }) => id !== page.id);
    expect(ids.toSorted()).toEqual(others.map(({ id }) => id).toSorted());
  }
  expect(standIns(quiet({ id: 'pg_alone' }), pages)).toEqual([]);
});
