/** What every channel owes, held against each of them: the same code carries all six. */

import { describe, expect, test } from 'vitest';
import { CHANNELS, type Channel, PROVIDERS_OF } from '../../lambdas/core/page/page.ts';
import type { SendResult } from '../../lambdas/core/providers/ports.ts';
import { MINUTE } from '../../lambdas/core/time.ts';
import { callFault } from '../../lambdas/providers/sms/twilio-codes.ts';
import type { Behaviour } from '../support/world/providers.ts';
import { createWorld, EVERYWHERE, INCIDENT } from '../support/world.ts';

const fails = (status: number, code?: number) => (): SendResult => ({
  outcome: 'failed',
  fault: callFault(status, code),
});
const down = fails(503);
/** Transient, and says nothing about the provider. */
const queueFull = fails(429, 21611);
const gone = fails(400, 21211);

/** What a recipient needs for the channel beside a phone. */
const CONTACT: Partial<Record<Channel, keyof typeof EVERYWHERE>> = {
  email: 'email',
  slack: 'slackUserId',
  teams: 'teamsWebhookUrl',
  push: 'pushEndpoints',
};

/** A page that goes by this channel alone, its providers behaving as told, first one first. */
async function paged(channel: Channel, ...behaviours: (Behaviour | undefined)[]) {
  const behave = Object.fromEntries(
    PROVIDERS_OF[channel].flatMap((provider, i) => {
      const behaviour = behaviours[Math.min(i, behaviours.length - 1)];
      return behaviour ? [[`${provider}/${channel}`, behaviour]] : [];
    }),
  );
  const world = createWorld({ channels: CHANNELS, behave });
  await world.putAlice(EVERYWHERE);
  const body = { ...INCIDENT, channels: [channel], requireAck: false };
  const { body: accepted } = await world.call('dispatchNotification', { body });
  await world.drain();
  const delivery = async () => (await world.page(accepted.notificationId)).deliveries[0];
  return { world, delivery };
}

describe.each(CHANNELS)('%s', (channel) => {
  const [first, standby] = PROVIDERS_OF[channel];

  test('a page on %s is taken by its first provider, at once and once', async () => {
    const { world, delivery } = await paged(channel, undefined);
    expect(await delivery()).toMatchObject({ status: 'SENT', provider: first, attempts: 1 });
    expect(world.calls).toHaveLength(1);
  });

  test.skipIf(!standby)('goes to its standby within the same attempt when the first provider is down', async () => {
    const { delivery } = await paged(channel, down, undefined);
    expect(await delivery()).toMatchObject({ status: 'SENT', provider: standby, attempts: 1 });
  });

  test('a page on %s is FAILED at once by an error for good, and asks nobody else', async () => {
    const { world, delivery } = await paged(channel, gone);
    expect(await delivery()).toMatchObject({ status: 'FAILED', attempts: 1, error: { code: '21211' } });
    await world.advance(10 * MINUTE);
    expect(world.calls).toHaveLength(1);
  });

  test('a page on %s is given up after five attempts that met an error which does not count, with a dead letter that says why', async () => {
    const { world, delivery } = await paged(channel, queueFull);
    await world.advance(8 * MINUTE);
    expect(await delivery()).toMatchObject({ status: 'FAILED', attempts: 5 });
    expect(world.dead).toMatchObject([{ message: { channel, claim: 5 }, reason: { code: '21611' } }]);
  });

  test('a page on %s is put off while all of its providers are down, uses no attempt up, and goes out when they are back', async () => {
    let isDown = true;
    const { world, delivery } = await paged(channel, () => (isDown ? down() : undefined));
    await world.advance(3 * MINUTE);
    expect(await delivery()).toMatchObject({ status: 'QUEUED', attempts: 0, deferredUntil: expect.any(String) });
    isDown = false;
    await world.advance(10 * MINUTE);
    expect((await delivery()).sentAt).toBeDefined();
  });

  test.skipIf(channel === 'voice')('starts the next tier at once while all of its providers are down', async () => {
    const behave = Object.fromEntries(PROVIDERS_OF[channel].map((provider) => [`${provider}/${channel}`, down]));
    const world = createWorld({ channels: CHANNELS, behave });
    const contact = CONTACT[channel];
    await world.putAlice(contact === undefined ? {} : { [contact]: EVERYWHERE[contact] });
    const { body } = await world.call('dispatchNotification', { body: { ...INCIDENT, requireAck: false } });
    await world.drain();
    const [put, next] = (await world.page(body.notificationId)).deliveries;
    expect(put).toMatchObject({ channel, status: 'QUEUED', attempts: 0 });
    expect(next).toMatchObject({
      channel: channel === 'sms' ? 'voice' : 'sms',
      status: 'SENT',
      queuedAt: put.queuedAt,
    });
  });
});
