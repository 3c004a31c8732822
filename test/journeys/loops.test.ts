/** What goes round through a queue ends by itself: the bounds of lib/loops.ts that no other file holds. */

import { describe, expect, test, vi } from 'vitest';
import type { PageStore } from '../../lambdas/core/page/ports.ts';
import { HOUR, MINUTE, SECOND } from '../../lambdas/core/time.ts';
import { memoryPhoneLocks } from '../support/memory-escalation.ts';
import { redriveWorld } from '../support/redrive-world.ts';
import { ALICE, createWorld, INCIDENT, type Options } from '../support/world.ts';

const QUIETLY = { ...INCIDENT, requireAck: false };

describe('a call to a phone that others keep busy', () => {
  /** A page that only calls, to a phone whose line somebody else has for so long. */
  async function calling(busyFor: number, options: Options = {}, fields: object = {}) {
    const lines = memoryPhoneLocks();
    const world = createWorld({ channels: ['voice'], stores: { phoneLocks: lines }, ...options });
    await world.putAlice();
    await lines.take(ALICE, 'somebody else', world.now(), world.now() + busyFor);
    const { body } = await world.call('dispatchNotification', { body: { ...QUIETLY, ...fields } });
    return { world, lines, id: body.notificationId as string };
  }
  const callsOf = (world: ReturnType<typeof createWorld>) => world.sent.filter(({ channel }) => channel === 'voice');

  test('a call to a phone that others keep busy is given up after an hour of waiting, without a call, and operations is told', async () => {
    const { world, id } = await calling(3 * HOUR);
    await world.advance(HOUR - MINUTE);
    expect((await world.page(id)).deliveries[0].status).toBe('QUEUED');
    await world.advance(2 * MINUTE);
    const { status, deliveries } = await world.page(id);
    expect(status).toBe('FAILED');
    expect(deliveries[0]).toMatchObject({ status: 'FAILED', attempts: 0, error: { code: 'no_human' } });
    expect(callsOf(world)).toEqual([]);
    expect(world.alerts.raised).toMatchObject([{ kind: 'FAILED', cause: 'no_human' }]);
    expect(world.lanes.voice?.urgent.messages).toEqual([]);
  });

  test('rings when the line is free again before the hour is over', async () => {
    const { world, id } = await calling(HOUR - MINUTE);
    await world.advance(HOUR);
    expect(callsOf(world)).toHaveLength(1);
    expect((await world.page(id)).deliveries[0].attempts).toBe(1);
  });

  test('stops waiting when its page is answered', async () => {
    const { world, id } = await calling(3 * HOUR);
    await world.advance(10 * MINUTE);
    await world.call('acknowledgeNotification', { params: { id }, body: {} });
    await world.advance(MINUTE);
    expect(world.lanes.voice?.urgent.messages).toEqual([]);
    expect((await world.page(id)).deliveries[0].status).toBe('SKIPPED');
  });

  test('a call to a phone that others keep busy is superseded by the next round of its page, and none of them waits beyond the last', async () => {
    const { world, id } = await calling(3 * HOUR, {}, { requireAck: true });
    await world.advance(31 * MINUTE);
    expect((await world.page(id)).status).toBe('EXHAUSTED');
    await world.advance(HOUR);
    expect(world.lanes.voice?.urgent.messages).toEqual([]);
  });

  test('does not ring beside another one when the worker that had its claim was lost', async () => {
    let kill = false;
    const wrapPages = (pages: PageStore): PageStore => ({
      ...pages,
      async save(before, after, written) {
        const result = await pages.save(before, after, written);
        if (kill && Object.values(after.deliveries).some(({ state }) => state.status === 'SENDING')) {
          kill = false;
          throw new Error('killed');
        }
        return result;
      },
    });
    const { world, id, lines } = await calling(0, { wrapPages });
    kill = true;
    await world.drain();
    await world.advance(5 * SECOND);
    const line = await lines.take(ALICE, 'somebody else', world.now() + 4 * MINUTE, world.now() + 3 * HOUR);
    expect(line).toBe(true);
    await world.advance(2 * HOUR);
    expect(callsOf(world)).toEqual([]);
    expect((await world.page(id)).deliveries[0]).toMatchObject({ status: 'FAILED', error: { code: 'no_human' } });
  });
});

describe('passes over an answered incident', () => {
  test('are two, though others are told by pages that answer it once more', async () => {
    const world = createWorld({ channels: ['sms', 'slack'] });
    await world.putAlice();
    const bob = { name: 'Bob', phone: '+14155550101', phoneVerified: true, slackUserId: 'U0BOB' };
    await world.call('putRecipient', { params: { id: 'usr_bob' }, body: bob });
    const sends = vi.spyOn(world.queues.answers, 'send');
    for (const recipientId of ['usr_alice', 'usr_bob']) {
      await world.call('dispatchNotification', { body: { ...INCIDENT, recipientId } });
    }
    await world.drain();
    const { body } = await world.call('listNotifications', { query: { recipientId: 'usr_alice' } });
    await world.call('acknowledgeNotification', {
      params: { id: body.items[0].notificationId },
      body: { by: 'Alice' },
    });
    await world.advance(10 * MINUTE);
    expect(world.pages.all().filter(({ type }) => type === 'acknowledgment')).not.toEqual([]);
    expect(sends).toHaveBeenCalledTimes(2);
  });
});

describe('messages of the queue of releases', () => {
  test('make one for each recipient who has a held page, which makes no further one', async () => {
    const world = createWorld({ suppression: { hourlyCap: 100 } });
    await world.putAlice();
    await world.call('putRecipient', {
      params: { id: 'usr_bob' },
      body: { name: 'Bob', phone: '+14155550101', phoneVerified: true },
    });
    const { suppression } = world;
    const day = { startsAt: world.now() - HOUR, endsAt: world.now() + 24 * HOUR };
    await suppression.windows.put(
      { id: 'mw', services: ['payments-api'], holdCritical: true, ...day, version: 1, updatedAt: world.now() },
      0,
    );
    for (const recipientId of ['usr_alice', 'usr_bob']) {
      await world.call('dispatchNotification', { body: { ...QUIETLY, recipientId } });
    }
    await world.drain();
    expect(world.pages.all().map(({ held }) => held?.reason)).toEqual(['maintenance', 'maintenance']);
    const sends = vi.spyOn(world.queues.releases, 'send');
    await suppression.releases.send({ all: true }, 0);
    await world.advance(HOUR);
    expect(sends.mock.calls.map(([message]) => message)).toEqual([
      { all: true },
      { recipientId: 'usr_alice' },
      { recipientId: 'usr_bob' },
    ]);
  });
});

describe('a redrive', () => {
  test('whose letters all stay ends, though taking them takes longer than they are hidden', async () => {
    const { world, deadLetters, redrive } = await redriveWorld();
    for (let n = 0; n < 40; n++) deadLetters.put({ channel: 'sms' });
    // More were counted than there are: SQS counts approximately.
    const { depth, receive } = deadLetters;
    deadLetters.depth = async (channel) => 2 * (await depth(channel));
    deadLetters.receive = async (channel, max, hideMs) => {
      await world.advance(5 * SECOND);
      return receive(channel, max, hideMs / 10);
    };
    const { ended } = await redrive();
    expect(ended.body).toMatchObject({ status: 'FINISHED', done: 0 });
  });

  test('a redrive of dead letters that are received one by one goes on until the last', async () => {
    const { world, deadLetters, givenUp, redrive, mend } = await redriveWorld();
    await givenUp(40);
    mend();
    const { receive } = deadLetters;
    deadLetters.receive = async (channel, max, hideMs) => {
      await world.advance(5 * SECOND);
      return receive(channel, Math.min(1, max), hideMs);
    };
    expect((await redrive()).ended.body).toMatchObject({ status: 'FINISHED', total: 40, done: 40 });
  });
});
