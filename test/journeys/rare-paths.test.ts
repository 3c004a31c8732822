/**
 * Paths that pages seldom take. In every world ports settle late, so each journey also shows that no handler ends before
 * what it has called (test/support/late-ports.ts); these are here because no other journey goes their way.
 */

import { describe, expect, test } from 'vitest';
import { CHANNELS } from '../../lambdas/core/page/page.ts';
import { HOUR, MINUTE, SECOND } from '../../lambdas/core/time.ts';
import { callFault } from '../../lambdas/providers/sms/twilio-codes.ts';
import { memoryTaskTokens } from '../support/memory-escalation.ts';
import { memoryAwaited, memoryLateReceipts } from '../support/memory-ports.ts';
import { createWorld, INCIDENT, type Options } from '../support/world.ts';

type World = ReturnType<typeof createWorld>;

const TEAM = { id: 't1', name: 'Payments', slackChannel: 'C0123' };
const down = () => ({ outcome: 'failed' as const, fault: callFault(503, undefined) });

async function paged(world: World, fields: { incident?: object; [name: string]: unknown } = {}) {
  const body = { ...INCIDENT, ...fields, incident: { ...INCIDENT.incident, ...fields.incident } };
  const { status, body: answer } = await world.call('dispatchNotification', { body });
  expect(status).toBe(202);
  return answer.notificationId as string;
}
const acknowledge = (world: World, id: string) =>
  world.call('acknowledgeNotification', { params: { id }, body: { by: 'Alice' } });

describe('Slack', () => {
  async function inSlack(options: Options = {}) {
    const world = createWorld({ channels: CHANNELS, ...options });
    await world.putAlice({ slackUserId: 'U0ALICE' });
    return world;
  }

  test('an incident is posted in the channel of its team once, and the post shows who has it', async () => {
    const world = await inSlack();
    const fields = { incident: { team: TEAM }, channels: ['slack'] };
    const id = await paged(world, fields);
    await world.drain();
    await paged(world, { ...fields, escalationLevel: 1 });
    await world.drain();
    const posts = world.sent.filter(({ to }) => to === 'C0123');
    expect(posts).toHaveLength(1);
    expect(world.updates).toEqual([]);
    await acknowledge(world, id);
    await world.advance(5 * SECOND);
    expect(world.updates).toContain(posts[0]?.providerId);
  });

  test('a direct message that is accepted while somebody answers loses its buttons, and is followed by no post', async () => {
    let id = '';
    const world: World = await inSlack({
      behave: { 'slack/slack': async () => void (await acknowledge(world, id)) },
    });
    id = await paged(world, { incident: { team: TEAM }, channels: ['slack'] });
    await world.drain();
    expect(world.sent.map(({ to }) => to)).toEqual(['U0ALICE']);
    expect(world.updates).toContain(world.sent[0]?.providerId);
  });
});

describe('a page that rides on the message of another one', () => {
  test('has its incident posted in the channel of its team like any other', async () => {
    const world = createWorld({ channels: CHANNELS, suppression: { hourlyCap: 100 } });
    await world.putAlice({ slackUserId: 'U0ALICE' });
    for (let n = 1; n <= 8; n++) {
      const incident = { id: `INC-${n}`, priority: 'HIGH', service: `svc-${n}`, team: TEAM };
      await paged(world, { incident, channels: ['slack'], requireAck: false });
      await world.advance(1);
    }
    await world.advance(MINUTE + 5 * SECOND);
    const to = (whom: string) => world.sent.filter((message) => message.to === whom);
    expect(to('U0ALICE').length).toBeLessThan(8);
    expect(to('C0123')).toHaveLength(8);
  });
});

describe('a sender that is full for longer than a queue can hold a message back', () => {
  test('lets a page that is not CRITICAL wait in the lane, and look again', async () => {
    let isFull = true;
    const full = { get: async () => ({ nextAt: world.now() + HOUR, version: 1 }), save: async () => 'saved' as const };
    const free = { get: async () => ({ nextAt: 0, version: 1 }), save: async () => 'saved' as const };
    const rateLimits = {
      get: () => (isFull ? full.get() : free.get()),
      save: () => (isFull ? full.save() : free.save()),
    };
    const world: World = createWorld({ stores: { rateLimits } });
    await world.putAlice();
    const hurry = { incident: { priority: 'MEDIUM' }, requireAck: false };
    await paged(world, { ...hurry, incident: { ...hurry.incident, id: 'INC-1' } });
    await world.drain();
    expect(world.sent).toHaveLength(1);
    await paged(world, { ...hurry, incident: { ...hurry.incident, id: 'INC-2' } });
    await world.advance(14 * MINUTE);
    expect(world.sent).toHaveLength(1);
    isFull = false;
    await world.advance(2 * MINUTE);
    expect(world.sent).toHaveLength(2);
  });

  test('lets a code for a new phone wait its turn', async () => {
    // Behind as many as may go out at once.
    const rateLimits = {
      get: async () => ({ nextAt: world.now() + 8 * SECOND, version: 1 }),
      save: async () => 'saved' as const,
    };
    const world: World = createWorld({ stores: { rateLimits } });
    const operator = { scopes: 'lifeline/read lifeline/recipients lifeline/send' };
    const params = { id: 'usr_alice' };
    await world.call('putRecipient', { params, body: { name: 'A', phone: '+14155550100' }, caller: operator });
    for (let n = 0; n < 2; n++) {
      const { status } = await world.call('sendVerification', { params, body: { via: 'sms' }, caller: operator });
      expect(status).toBe(202);
    }
    expect(world.sent).toHaveLength(2);
  });
});

test('a note of a send that could not be kept is kept once the page says that it was sent', async () => {
  const memory = memoryLateReceipts();
  let tries = 0;
  const lateReceipts = {
    ...memory,
    sent: (messageId: string, ref: string) => {
      tries += 1;
      return tries === 1 ? Promise.reject(new Error('throttled')) : memory.sent(messageId, ref);
    },
  };
  const world = createWorld({ provider: down, standby: () => undefined, stores: { lateReceipts } });
  await world.putAlice();
  const id = await paged(world, { requireAck: false });
  await world.drain();
  expect([(await world.page(id)).status, world.sent.length, tries]).toEqual(['SENT', 1, 2]);
});

test('what becomes due while the machine begins to wait is looked at, though its signal came too early', async () => {
  const memory = memoryTaskTokens();
  const taskTokens = {
    ...memory,
    async put(pageId: string, token: string, until: number) {
      // Before the token can be found: whoever wakes the page now finds nobody who waits.
      const text = world.sent.at(-1);
      await world.callback(text?.ref ?? '', text?.providerId ?? '', 'undelivered', { ErrorCode: '30005' });
      for (const { id } of world.queues.escalationChecks.messages) world.queues.escalationChecks.delete(id);
      await memory.put(pageId, token, until);
    },
  };
  const world: World = createWorld({ stores: { taskTokens } });
  await world.putAlice();
  const id = await paged(world, { channels: ['sms'] });
  await world.advance(5 * MINUTE + 5 * SECOND);
  expect(world.sent).toHaveLength(2);
  // The number is not in use, so no channel is left for another round.
  expect((await world.page(id)).status).toBe('EXHAUSTED');
});

test('a hold whose page was never written is forgotten after an hour', async () => {
  const world = createWorld({ suppression: { hourlyCap: 100 } });
  const { suppression } = world;
  if (!suppression) throw new Error('unreachable');
  await suppression.holds.put({ recipientId: 'usr_alice', pageId: 'pg_aaaaaaaaaaaaaaaa', until: world.now() });
  const reevaluate = async () => {
    await suppression.releases.send({ recipientId: 'usr_alice' }, 0);
    await world.drain();
    return suppression.holds.ofRecipient('usr_alice');
  };
  expect(await reevaluate()).toHaveLength(1);
  await world.advance(HOUR + 1);
  expect(await reevaluate()).toEqual([]);
});

test('the retry of a page whose look was lost orders the look anew', async () => {
  let isLost = true;
  const world = createWorld({
    channels: ['sms', 'voice'],
    wrapQueue:
      (send) =>
      async (...args) => {
        const [message] = args as unknown as [{ channel?: string }];
        return isLost && message.channel === undefined ? (undefined as never) : send(...args);
      },
  });
  await world.putAlice();
  const id = await paged(world);
  await world.advance(5 * MINUTE);
  expect(world.sent.map(({ channel }) => channel)).toEqual(['sms']);
  isLost = false;
  const { status } = await world.call('retryNotification', { params: { id } });
  expect(status).toBe(202);
  await world.drain();
  expect(world.sent.map(({ channel }) => channel)).toEqual(['sms', 'voice']);
});

test('a text that nothing was heard of for long is asked about until its receipt is there, and not after that', async () => {
  const awaited = memoryAwaited();
  const asked: string[] = [];
  const world = createWorld({
    stores: { awaited },
    ask(providerId) {
      asked.push(providerId);
      return undefined;
    },
  });
  await world.putAlice();
  await paged(world, { requireAck: false });
  await world.advance(6 * MINUTE);
  const [text] = world.sent;
  expect([asked.length, (await awaited.list()).length]).toEqual([1, 1]);
  const sweep = async () => {
    await world.sweepReceipts();
    await world.drain();
    return [asked.length, (await awaited.list()).length];
  };
  expect(await sweep()).toEqual([2, 1]);
  await world.callback(text?.ref ?? '', text?.providerId ?? '', 'delivered');
  expect(await sweep()).toEqual([2, 0]);
});
