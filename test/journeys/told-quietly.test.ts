import { describe, expect, test } from 'vitest';
import { CHANNELS } from '../../lambdas/core/page/page.ts';
import type { SendResult } from '../../lambdas/core/providers/ports.ts';
import { callFault } from '../../lambdas/providers/sms/twilio-codes.ts';
import { signSlack } from '../support/slack-signed.ts';
import { SLACK_SIGNING_SECRET } from '../support/world/names.ts';
import { createWorld, INCIDENT } from '../support/world.ts';

/** Alice and Bob have phones and nothing else; the button of Alice's page is pressed in the team's channel. */
async function pressedBy(slackUser: { id: string; name: string }) {
  const world = createWorld({ channels: CHANNELS });
  const put = (id: string, fields: object) => world.call('putRecipient', { params: { id }, body: fields });
  await put('usr_alice', { name: 'Alice', phone: '+14155550100', phoneVerified: true, slackUserId: 'UALICE' });
  await put('usr_bob', { name: 'Bob', phone: '+14155550101', phoneVerified: true, slackUserId: 'UBOB' });
  const ids: string[] = [];
  for (const recipientId of ['usr_alice', 'usr_bob']) {
    const { body } = await world.call('dispatchNotification', {
      body: { ...INCIDENT, channels: ['sms'], recipientId },
    });
    ids.push(body.notificationId);
  }
  await world.advance(1_000);
  const page = world.pages.peek(ids[0] ?? '');
  if (!page) throw new Error('no page');
  const payload = JSON.stringify({
    type: 'block_actions',
    user: slackUser,
    actions: [{ type: 'button', action_id: 'ack', value: await world.links.token(page, 'acknowledge') }],
  });
  const before = world.sent.length;
  const { status } = await world.call(
    'receiveSlackInteraction',
    signSlack(SLACK_SIGNING_SECRET, world.now(), { payload }),
  );
  expect(status).toBe(200);
  await world.advance(10_000);
  return world.sent
    .slice(before)
    .map(({ to }) => to)
    .sort();
}

test('who presses the button of somebody else’s page has it, and that somebody is told too', async () => {
  expect(await pressedBy({ id: 'UCAROL', name: 'carol' })).toEqual(['UALICE', 'UBOB']);
});

test('who presses the button of their own page is told nothing, the others are', async () => {
  expect(await pressedBy({ id: 'UALICE', name: 'alice' })).toEqual(['UBOB']);
});

describe.each([
  ['acknowledgeNotification', 'incident'],
  ['acknowledgeNotification', 'recipient'],
  ['resolveNotification', 'incident'],
  ['acknowledgeIncident', 'incident'],
  ['acknowledgeIncident', 'recipient'],
] as const)('%s by API of a page with ackScope %s', (operation, ackScope) => {
  const ALICE = '+14155550100';
  async function answered(body: object, subject = 'client-7') {
    const world = createWorld();
    const person = { name: 'Alice', phone: ALICE, phoneVerified: true };
    await world.call('putRecipient', { params: { id: 'usr_alice' }, body: person });
    const { notificationId: id } = (await world.call('dispatchNotification', { body: { ...INCIDENT, ackScope } })).body;
    await world.advance(1_000);
    const caller = { clientId: 'console', subject };
    const params = operation === 'acknowledgeIncident' ? { incidentId: INCIDENT.incident.id } : { id };
    expect((await world.call(operation, { params, body, caller })).status).toBe(200);
    await world.advance(10_000);
    return world.sent.slice(1);
  }

  test('the recipient of the page is told once who has it, where somebody else answers', async () => {
    const told = await answered({ by: 'Carol' });
    expect(told.map(({ to }) => to)).toEqual([ALICE]);
    expect(told[0]?.body).toMatch(/(Acknowledged|Resolved) by Carol/);
  });

  test('the recipient of the page is told of the answer of a machine without a name', async () => {
    expect(await answered({})).toHaveLength(1);
  });

  test.each([
    ['name', { by: 'Alice' }, 'client-7'],
    ['id', { by: 'usr_alice' }, 'client-7'],
    ['token', {}, 'usr_alice'],
  ])('the recipient of the page is told nothing who answers, known by %s', async (_known, body, subject) => {
    expect(await answered(body, subject)).toEqual([]);
  });
});

test('who was never sent an alarm is not told that somebody has it', async () => {
  const down: SendResult = {
    outcome: 'failed',
    fault: { ...callFault(503, undefined), code: '503', class: 'provider_fault', message: 'down' },
  };
  const world = createWorld({ provider: () => down, standby: () => down });
  await world.putAlice();
  const { notificationId: id } = (await world.call('dispatchNotification', { body: INCIDENT })).body;
  await world.advance(1_000);
  const before = world.calls.length;
  await world.call('acknowledgeNotification', { params: { id }, body: { by: 'Carol' } });
  await world.advance(10 * 60_000);
  expect(world.calls).toHaveLength(before);
});

test('who presses the button of somebody else’s page is told nothing, though paged too', async () => {
  expect(await pressedBy({ id: 'UBOB', name: 'bobby' })).toEqual(['UALICE']);
});
