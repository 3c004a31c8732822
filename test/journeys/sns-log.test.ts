import { expect, test } from 'vitest';
import { HOUR } from '../../lambdas/core/time.ts';
import { callFault } from '../../lambdas/providers/sms/twilio-codes.ts';
import { smsLogLine } from '../support/log-event.ts';
import { createWorld, INCIDENT } from '../support/world.ts';

const down = () => ({ outcome: 'failed' as const, fault: callFault(503, undefined) });

/** A page that went out through SNS, since Twilio is down. */
async function sentThroughSns() {
  const world = createWorld({ provider: down, standby: () => undefined });
  await world.putAlice();
  const { body } = await world.call('dispatchNotification', { body: INCIDENT });
  await world.drain();
  const messageId = world.sent[0]?.providerId.slice('sns:'.length) ?? '';
  return { world, id: body.notificationId as string, messageId };
}
const kinds = (page: { deliveries: { events: { kind: string }[] }[] }) =>
  page.deliveries[0]?.events.map(({ kind }) => kind);

test('the log delivers a page that went through SNS, under the id it was sent with', async () => {
  const { world, id, messageId } = await sentThroughSns();
  expect((await world.page(id)).status).toBe('SENT');
  await world.snsLog(smsLogLine('of-somebody-else'), 'no line', smsLogLine(messageId));
  const page = await world.page(id);
  expect([page.status, page.deliveries[0].providerId]).toEqual(['DELIVERED', `sns:${messageId}`]);
  expect(kinds(page)).toEqual(['queued', 'claimed', 'failed_over', 'sent', 'receipt', 'delivered']);
  expect(page.deliveries[0].events.at(-1)).toMatchObject({ provider: 'sns', providerStatus: 'SUCCESS', leg: 2 });
});

test('a line that comes three days late counts, and one that comes again changes nothing', async () => {
  const { world, id, messageId } = await sentThroughSns();
  await world.advance(72 * HOUR);
  await world.snsLog(smsLogLine(messageId));
  const delivered = await world.page(id);
  expect(delivered.deliveries[0].status).toBe('DELIVERED');
  await world.snsLog(smsLogLine(messageId));
  expect(await world.page(id)).toEqual(delivered);
});

test('a line that is there before SNS has answered us is not lost', async () => {
  const early = 'a'.repeat(8);
  const world = createWorld({
    provider: down,
    async standby() {
      await world.snsLog(smsLogLine(early));
      return { outcome: 'accepted', providerId: `sns:${early}`, providerStatus: 'accepted' };
    },
  });
  await world.putAlice();
  const { body } = await world.call('dispatchNotification', { body: INCIDENT });
  await world.drain();
  expect((await world.page(body.notificationId)).status).toBe('DELIVERED');
});

test('a text that came back and has no provider left behind it fails with the reason of the log', async () => {
  const { world, id, messageId } = await sentThroughSns();
  await world.snsLog(smsLogLine(messageId, 'Unknown error attempting to reach phone'));
  await world.drain();
  const [delivery] = (await world.page(id)).deliveries;
  expect(delivery).toMatchObject({ status: 'FAILED', error: { code: 'unknown_error', class: 'provider_fault' } });
  expect(world.sent).toHaveLength(1);
});

test('an opt-out that only the log knows of suppresses the number', async () => {
  const { world, messageId } = await sentThroughSns();
  await world.snsLog(smsLogLine(messageId, 'Phone number is opted out'));
  const { body } = await world.call('getRecipient', { params: { id: 'usr_alice' } });
  expect(body.smsSuppressed).toBe(true);
});

test('a line whose status has no rule stands in the history, and the line that says more is still heard', async () => {
  const { world, id, messageId } = await sentThroughSns();
  const odd = (of: string) => JSON.stringify({ ...JSON.parse(smsLogLine(of)), status: 'PENDING' });
  await world.snsLog(odd(messageId), odd(messageId));
  const [delivery] = (await world.page(id)).deliveries;
  const told = { kind: 'receipt', provider: 'sns', providerStatus: 'PENDING', code: 'unknown_status' };
  expect([delivery.status, delivery.events.at(-1)]).toEqual(['SENT', expect.objectContaining(told)]);
  expect(kinds(await world.page(id))?.filter((kind) => kind === 'receipt')).toHaveLength(1);
  await world.snsLog(smsLogLine(messageId));
  expect((await world.page(id)).status).toBe('DELIVERED');
});

test('a line whose status has no rule does not hide an earlier one that waits for its send', async () => {
  const early = 'b'.repeat(8);
  const world = createWorld({
    provider: down,
    async standby() {
      await world.snsLog(smsLogLine(early));
      await world.snsLog(JSON.stringify({ ...JSON.parse(smsLogLine(early)), status: 'PENDING' }));
      return { outcome: 'accepted', providerId: `sns:${early}`, providerStatus: 'accepted' };
    },
  });
  await world.putAlice();
  const { body } = await world.call('dispatchNotification', { body: INCIDENT });
  await world.drain();
  expect((await world.page(body.notificationId)).status).toBe('DELIVERED');
});

test('a fault of the account that the log tells before SNS has answered the worker opens the circuit of SNS', async () => {
  const early = 'c'.repeat(8);
  const world = createWorld({
    provider: down,
    async standby() {
      await world.snsLog(smsLogLine(early, 'This request would exceed your account spending limit'));
      return { outcome: 'accepted', providerId: `sns:${early}`, providerStatus: 'accepted' };
    },
  });
  await world.putAlice();
  await world.call('dispatchNotification', { body: INCIDENT });
  await world.drain();
  expect(await world.circuits.get('sns/sms')).toMatchObject({ status: 'OPEN' });
});
