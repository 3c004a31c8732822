/**
 * Texts of which nobody reports what became: `--live` on a machine that providers cannot reach
 * (docs/spec/delivery.md#receipts).
 */

import { expect, test } from 'vitest';
import type { SendResult } from '../../lambdas/core/providers/ports.ts';
import type { Receipt } from '../../lambdas/core/receipts/ports.ts';
import { MINUTE } from '../../lambdas/core/time.ts';
import { createWorld, INCIDENT } from '../support/world.ts';

const taken = (id: string): SendResult => ({
  outcome: 'accepted',
  providerId: id,
  providerStatus: 'queued',
  unreported: true,
});

async function paged(provider: () => SendResult | undefined, ask?: () => Receipt) {
  const world = createWorld({ channels: ['sms', 'voice'], provider, ...(ask && { ask }) });
  await world.putAlice();
  const { body } = await world.call('dispatchNotification', { body: { ...INCIDENT, requireAck: false } });
  await world.advance(10 * MINUTE);
  const callsMade = world.calls.filter(({ channel }) => channel === 'voice').length;
  return { callsMade, page: await world.page(body.notificationId) };
}

test('such a text counts as one that got through: no call follows, and the page stays SENT', async () => {
  const { callsMade, page } = await paged(() => taken(`SM${'1'.repeat(32)}`));
  expect([callsMade, page.status]).toEqual([0, 'SENT']);
});

test('a text whose report was asked for and does not come is followed by a call, which rings twice', async () => {
  expect((await paged(() => undefined)).callsMade).toBe(2);
});

test('asked three minutes later, Twilio may say that it came back: then it did not get through', async () => {
  const providerId = `SM${'1'.repeat(32)}`;
  const fault = { code: '30005', class: 'recipient_permanent', message: 'unknown handset' } as const;
  const undelivered = { ...fault, failsOver: false, counts: false, opens: false, disablesSender: false };
  const { callsMade, page } = await paged(
    () => taken(providerId),
    () => ({ provider: 'twilio', providerId, providerStatus: 'undelivered', rank: 4, news: { undelivered } }),
  );
  expect(callsMade).toBe(2);
  expect(page.deliveries[0]).toMatchObject({ channel: 'sms', status: 'FAILED', error: { code: '30005' } });
});
