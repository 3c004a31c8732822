/** Which pages take up a dispatch without a key, and keep their recipient (docs/spec/api.md#open; ADR 15). */

import { describe, expect, test } from 'vitest';
import type { SendResult } from '../../lambdas/core/providers/ports.ts';
import { HOUR } from '../../lambdas/core/time.ts';
import { delivered } from '../support/world/reports.ts';
import { createWorld, EVERYWHERE, type Options } from '../support/world.ts';

const { email, slackUserId, teamsWebhookUrl, pushEndpoints } = EVERYWHERE;
const PHONE = { phone: '+14155550100', phoneVerified: true };

const down = (): SendResult => ({
  outcome: 'failed',
  fault: {
    code: '20003',
    class: 'account_fault',
    message: 'refused',
    failsOver: true,
    counts: true,
    opens: true,
    disablesSender: false,
  },
});

async function paged(contacts: object, options: Options = {}, more: object = {}) {
  const world = createWorld({ channels: ['email', 'sms', 'slack', 'teams', 'push', 'voice'], ...options });
  await world.call('putRecipient', { params: { id: 'usr_alice' }, body: { name: 'Alice', ...contacts } });
  const incident = { id: 'INC-1', title: 'Disk fills up', priority: 'MEDIUM', service: 'db' };
  const dispatch = async () => {
    const body = { incident, recipientId: 'usr_alice', ...more };
    const answer = await world.call('dispatchNotification', { body });
    expect(answer.status).toBe(202);
    await world.drain();
    return answer.body as { notificationId: string; deduplicated?: true };
  };
  const first = await dispatch();
  const status = async () => (await world.page(first.notificationId)).status as string;
  const remove = async () => (await world.call('deleteRecipient', { params: { id: 'usr_alice' } })).status;
  return { ...world, first, dispatch, status, remove };
}

describe('a page that wants no answer', () => {
  test.each<[string, object, Options, object]>([
    ['Slack', { slackUserId }, {}, {}],
    ['Teams', { teamsWebhookUrl }, {}, {}],
    ['push', { pushEndpoints }, {}, {}],
    ['Slack, Teams and push', { slackUserId, teamsWebhookUrl, pushEndpoints }, {}, {}],
    ['Slack with a phone behind it', { slackUserId, ...PHONE }, {}, {}],
    ['a call by AWS', PHONE, { behave: { 'twilio/voice': down } }, { channels: ['voice'] }],
  ])(
    'a page is over once it was sent by %s: the next dispatch sends, and the recipient can be deleted',
    async (_, contacts, options, more) => {
      const world = await paged(contacts, options, more);
      const sent = world.sent.length;
      expect(await world.status()).toBe('SENT');
      const next = await world.dispatch();
      expect([next.deduplicated, next.notificationId === world.first.notificationId]).toEqual([undefined, false]);
      // A phone takes one call at a time.
      await world.advance(HOUR / 30);
      expect(world.sent.length).toBe(2 * sent);
      expect(await world.remove()).toBe(204);
    },
  );

  test.each<[string, object, Options, object]>([
    ['an e-mail', { email }, {}, {}],
    ['a text', PHONE, {}, { channels: ['sms'] }],
    ['a text by SNS', PHONE, { behave: { 'twilio/sms': down } }, { channels: ['sms'] }],
    ['a Slack message and an e-mail', { slackUserId, email }, {}, {}],
  ])('a page is open for 24 hours while no receipt has come for %s', async (_, contacts, options, more) => {
    const world = await paged(contacts, options, more);
    await world.advance(24 * HOUR - 1);
    expect(await world.dispatch()).toEqual(expect.objectContaining({ deduplicated: true }));
    expect(await world.remove()).toBe(409);
    await world.advance(1);
    expect((await world.dispatch()).deduplicated).toBeUndefined();
  });

  test('a page is over as soon as its receipt has come', async () => {
    const world = await paged({ email }, { reports: { 'sendgrid/email': () => delivered(2_000) } });
    expect((await world.dispatch()).deduplicated).toBe(true);
    await world.advance(2_000);
    expect(await world.status()).toBe('DELIVERED');
    expect((await world.dispatch()).deduplicated).toBeUndefined();
  });

  test('a page is open while the next tier will start because Teams says nothing of its reader', async () => {
    const world = await paged({ teamsWebhookUrl, ...PHONE });
    expect((await world.dispatch()).deduplicated).toBe(true);
    expect(await world.remove()).toBe(409);
    await world.advance(HOUR / 10);
    expect(world.sent.map(({ channel }) => channel)).toEqual(['teams', 'sms']);
  });

  test('a page is open while another of its channels is down and will be tried again', async () => {
    let isDown = true;
    const behave = { 'sns-push/push': () => (isDown ? down() : undefined) };
    const world = await paged({ slackUserId, pushEndpoints }, { behave });
    expect(await world.status()).toBe('SENT');
    expect((await world.dispatch()).deduplicated).toBe(true);
    isDown = false;
    await world.advance(HOUR / 10);
    expect((await world.dispatch()).deduplicated).toBeUndefined();
  });
});

test.each<[string, object]>([
  ['Slack', { slackUserId }],
  ['push', { pushEndpoints }],
])('a page by %s that wants an answer is open until somebody answers', async (_, contacts) => {
  const world = await paged(contacts, {}, { requireAck: true });
  expect((await world.dispatch()).deduplicated).toBe(true);
  expect(await world.remove()).toBe(409);
  await world.call('acknowledgeNotification', { params: { id: world.first.notificationId } });
  expect(await world.remove()).toBe(204);
});
