/** A text may wait in its lane for its sender's turn, or for a worker that lived; a STOP that comes meanwhile counts. */

import { expect, test } from 'vitest';
import type { PageStore } from '../../lambdas/core/page/ports.ts';
import { MINUTE } from '../../lambdas/core/time.ts';
import { ALICE, createWorld, INCIDENT, type Options } from '../support/world.ts';

const dispatch = (world: ReturnType<typeof createWorld>, priority: string, recipientId = INCIDENT.recipientId) =>
  world.call('dispatchNotification', {
    body: {
      ...INCIDENT,
      recipientId,
      requireAck: false,
      incident: { ...INCIDENT.incident, priority },
      channels: ['sms'],
    },
  });

/** The sender is taken until then, by texts to other people. */
function fullSender(until: number): Options {
  return { stores: { rateLimits: { get: async () => ({ nextAt: until, version: 1 }), save: async () => 'saved' } } };
}

/** Three workers die before they have claimed the delivery, so its message comes back after 2, 6 and 14 seconds. */
function dyingWorkers(): Options {
  let deaths = 0;
  const wrapPages = (pages: PageStore): PageStore => ({
    ...pages,
    async save(before, after, written) {
      const isClaim = Object.values(after.deliveries).some(({ state }) => state.status === 'SENDING');
      if (isClaim && after.recipientId === 'usr_alice' && deaths++ < 3) throw new Error('killed');
      return pages.save(before, after, written);
    },
  });
  return { wrapPages };
}

const START = Date.parse('2026-11-22T03:00:00Z');

test.each<[string, string, Options]>([
  ['a text that waits a minute for its sender', 'HIGH', fullSender(START + MINUTE)],
  ['a text that waits half an hour for its sender', 'LOW', fullSender(START + 30 * MINUTE)],
  ['a text whose workers died before their claim', 'CRITICAL', dyingWorkers()],
])('%s is not sent to a person who has said STOP in the meantime', async (_, priority, options) => {
  const world = createWorld(options);
  await world.putAlice();
  const body = { name: 'Bob', phone: '+14155550101', phoneVerified: true };
  await world.call('putRecipient', { params: { id: 'usr_bob' }, body });
  // An environment's first text needs no place under the sender's limit.
  await dispatch(world, priority, 'usr_bob');
  await world.drain();
  const alice = await dispatch(world, priority);
  await world.drain();
  const texts = () => world.sent.filter(({ channel, to }) => channel === 'sms' && to === ALICE);
  expect(texts()).toHaveLength(0);
  await world.text(ALICE, 'STOP');
  await world.advance(40 * MINUTE);
  expect(texts()).toHaveLength(0);
  const [sms] = (await world.page(alice.body.notificationId)).deliveries;
  expect(sms).toMatchObject({ channel: 'sms', status: 'FAILED', error: { code: 'opted_out' } });
});
