import { describe, expect, test } from 'vitest';
import type { Channel, Delivery, DeliveryKey, Page, PlannedTier, Provider } from '../../../lambdas/core/page/page.ts';
import { isHeld, isOpen, pageStatus } from '../../../lambdas/core/page/status.ts';
import { DAY, HOUR } from '../../../lambdas/core/time.ts';
import { pageView } from '../../../lambdas/http/views/page.ts';
import { someDelivery, somePage, T0 } from '../../support/pages.ts';

const [BY_SMS, BY_BOB]: [PlannedTier, Page['acknowledged'] & object] = [
  { tier: 'secondary', channels: [{ channel: 'sms', to: '+14155550100' }] },
  { at: T0, by: 'Bob', via: 'api' },
];

const sent = (channel: Channel, provider: Provider, fields: object = {}): [DeliveryKey, Delivery] => [
  `1.${channel}`,
  someDelivery({ channel, tier: 'primary', status: 'SENT', sentAt: T0, provider, claims: 1, attempts: 1, ...fields }),
];
const page = (deliveries: [DeliveryKey, Delivery][], fields: Partial<Page> = {}): Page =>
  somePage({ requireAck: false, deliveries: Object.fromEntries(deliveries), ...fields });
const openAt = (of: Page, ms: number): boolean => isOpen(of, T0 + ms);

describe('a page that needs no answer and is SENT', () => {
  test.each<[string, Page]>([
    ['Slack', page([sent('slack', 'slack')])],
    ['Teams', page([sent('teams', 'teams')])],
    ['push', page([sent('push', 'sns-push')])],
    ['a call by AWS', page([sent('voice', 'aws-voice')])],
    ['a text that asked for no receipt', page([sent('sms', 'twilio', { unreported: true })])],
    ['Slack beside push and Teams', page([sent('slack', 'slack'), sent('push', 'sns-push'), sent('teams', 'teams')])],
  ])('a page that is SENT is closed at once where no receipt can come: %s', (_, of) => {
    expect(pageStatus(of)).toBe('SENT');
    expect(openAt(of, 0)).toBe(false);
  });

  test.each<[string, Page]>([
    ['e-mail by SendGrid', page([sent('email', 'sendgrid')])],
    ['e-mail by SES', page([sent('email', 'ses')])],
    ['a text by Twilio', page([sent('sms', 'twilio')])],
    ['a text by SNS, whose receipts come late', page([sent('sms', 'sns')])],
    ['a call by Twilio', page([sent('voice', 'twilio')])],
    ['an e-mail beside Slack', page([sent('slack', 'slack'), sent('email', 'ses')])],
  ])('a page that is SENT is open for 24 hours where a receipt may come: %s', (_, of) => {
    expect([openAt(of, 0), openAt(of, DAY - 1), openAt(of, DAY)]).toEqual([true, true, false]);
  });

  test('a page that is SENT is open as long as the receipt of its latest message may come', () => {
    const of = page([sent('email', 'ses'), sent('sms', 'twilio', { sentAt: T0 + HOUR })]);
    expect([openAt(of, DAY), openAt(of, DAY + HOUR)]).toEqual([true, false]);
  });

  test('a tier that has succeeded closes a page, whatever tiers stand behind it', () => {
    expect(openAt(page([sent('slack', 'slack')], { pendingTiers: [BY_SMS] }), 0)).toBe(false);
  });

  test.each<[string, [DeliveryKey, Delivery][]]>([
    ['Teams', [sent('teams', 'teams')]],
    ['push', [sent('push', 'sns-push')]],
  ])('a page is open while a later tier will start because acceptance by %s is no success', (_, deliveries) => {
    expect(openAt(page(deliveries, { pendingTiers: [BY_SMS] }), 0)).toBe(true);
  });

  test.each<[string, object]>([
    ['waits for its channel to come back', { status: 'QUEUED', deferral: { since: T0, count: 1 }, claims: 1 }],
    ['waits for its next attempt', { status: 'QUEUED', claims: 1, attempts: 1 }],
    ['is being sent', { status: 'SENDING', leaseUntil: T0 + 1, claims: 1 }],
  ])('a page that is SENT is open while another delivery of it %s', (_, fields) => {
    const other: [DeliveryKey, Delivery] = ['1.push', someDelivery({ channel: 'push', ...fields })];
    expect(openAt(page([sent('slack', 'slack'), other]), 2 * DAY)).toBe(true);
  });
});

describe('a page', () => {
  const delivered = someDelivery({ status: 'DELIVERED', deliveredAt: T0 });
  const failed = someDelivery({ status: 'FAILED', failedAt: T0, error: { code: 'x', class: 'our_bug', message: '' } });
  const hold = { until: T0 + HOUR, reason: 'maintenance' as const };

  test.each<[string, boolean, Page]>([
    ['ACCEPTED', true, somePage()],
    ['HELD', true, somePage({ held: hold })],
    ['IN_PROGRESS', true, somePage({ deliveries: { '1.sms': someDelivery({ claims: 1 }) } })],
    ['SENT and needs an answer, long after any receipt', true, page([sent('slack', 'slack')], { requireAck: true })],
    ['DELIVERED and needs an answer', true, somePage({ deliveries: { '1.sms': delivered } })],
    ['DELIVERED and needs none', false, page([['1.sms', delivered]])],
    ['FAILED', false, page([['1.sms', failed]])],
    ['EXHAUSTED', false, somePage({ exhausted: { at: T0 } })],
    ['ACKNOWLEDGED', false, somePage({ acknowledged: BY_BOB })],
    ['RESOLVED', false, somePage({ resolved: BY_BOB })],
    ['superseded while it needs an answer', false, somePage({ superseded: { at: T0, by: 'pg_b' } })],
  ])('a page that is %s is open: %s', (_, open, of) => {
    expect(openAt(of, 2 * DAY)).toBe(open);
  });

  test.each([
    ['acknowledged', { acknowledged: BY_BOB }],
    ['resolved', { resolved: BY_BOB }],
  ])('a page that is %s while it is held shows no end of its hold', (_, answer) => {
    expect(pageView(somePage({ held: hold }))).toMatchObject({ status: 'HELD', heldUntil: '2026-11-22T04:00:00.000Z' });
    const view = pageView(somePage({ held: hold, ...answer }));
    expect([view.heldUntil, view.heldReason]).toEqual([undefined, undefined]);
    expect(isHeld(somePage({ held: hold, ...answer }))).toBe(false);
  });
});

test('the events of a delivery are shown by time, those of one millisecond in the order they were written', () => {
  const event = (ms: number, code: string) => ({ at: T0 + ms, kind: 'receipt' as const, attempt: 1, leg: 1, code });
  const events = [event(0, 'a'), event(5, 'b'), event(3, 'c'), event(5, 'd'), event(3, 'e')];
  const [shown] = pageView(somePage({ deliveries: { '1.sms': someDelivery({ events }) } })).deliveries;
  expect(shown?.events.map(({ code }) => code)).toEqual(['a', 'c', 'e', 'b', 'd']);
});
