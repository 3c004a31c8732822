import { expect, test } from 'vitest';
import { CHANNELS } from '../../lambdas/core/page/page.ts';
import { SLACK_SIGNING_SECRET } from '../support/answer-ways.ts';
import { signSlack } from '../support/slack-signed.ts';
import { createWorld, INCIDENT } from '../support/world.ts';

/** Alice and Bob have phones and nothing else; the button of Alice's page is pressed in the team's channel. */
async function pressedBy(slackUser: { id: string; name: string }) {
  const world = createWorld({ channels: CHANNELS });
  const put = (id: string, fields: object) => world.call('putRecipient', { params: { id }, body: fields });
  await put('usr_alice', { name: 'Alice', phone: '+14155550100', phoneVerified: true, slackUserId: 'UALICE' });
  await put('usr_bob', { name: 'Bob', phone: '+14155550101', phoneVerified: true });
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
  expect(await pressedBy({ id: 'UCAROL', name: 'carol' })).toEqual(['+14155550101', 'UALICE']);
});

test('who presses the button of their own page is told nothing, the others are', async () => {
  expect(await pressedBy({ id: 'UALICE', name: 'alice' })).toEqual(['+14155550101']);
});
