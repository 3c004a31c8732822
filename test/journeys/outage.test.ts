import { describe, expect, test } from 'vitest';
import { CHANNELS } from '../../lambdas/core/page/page.ts';
import type { PageStore } from '../../lambdas/core/page/ports.ts';
import type { RateLimitStore } from '../../lambdas/core/rate-limit/ports.ts';
import { MINUTE } from '../../lambdas/core/time.ts';
import { callFault } from '../../lambdas/providers/sms/twilio-codes.ts';
import { MAX_RUNS, runsSoFar } from '../../local/cloud/lambda/lineage.ts';
import { memoryRateLimits } from '../support/memory-ports.ts';
import { answered } from '../support/world/reports.ts';
import { createWorld, EVERYWHERE, INCIDENT } from '../support/world.ts';

const down = () => ({ outcome: 'failed' as const, fault: callFault(503, undefined) });

/** Asks for no answer, so that no follow-up sends anything beside. */
const dispatch = (world: ReturnType<typeof createWorld>, n: number) =>
  world.call('dispatchNotification', {
    body: { ...INCIDENT, requireAck: false, incident: { ...INCIDENT.incident, id: `INC-${n}` } },
  });

describe('a channel whose circuits are open, for fifty pages', () => {
  /** Fifty pages that were deferred with the circuits open; counts how often a row is written from then on. */
  async function fiftyDeferred() {
    let isDown = true;
    let saves = 0;
    let reservations = 0;
    const outage = () => (isDown ? down() : undefined);
    const wrapPages = (pages: PageStore): PageStore => ({
      ...pages,
      save(before, after, written) {
        if (before !== after) saves++;
        return pages.save(before, after, written);
      },
    });
    const inMemory = memoryRateLimits();
    const rateLimits: RateLimitStore = {
      ...inMemory,
      save(...args) {
        reservations++;
        return inMemory.save(...args);
      },
    };
    const world = createWorld({ provider: outage, standby: outage, wrapPages, stores: { rateLimits } });
    await world.putAlice();
    const ids: string[] = [];
    for (let n = 0; n < 50; n++) ids.push((await dispatch(world, n)).body.notificationId);
    await world.advance(MINUTE);
    const [savesBefore, callsBefore, reservedBefore] = [saves, world.calls.length, reservations];
    return {
      world,
      ids,
      recover: () => {
        isDown = false;
      },
      saves: () => saves - savesBefore,
      reserved: () => reservations - reservedBefore,
      calls: () => world.calls.length - callsBefore,
    };
  }

  test('only those who probe are written: a turn of the others costs their row nothing', async () => {
    const { world, ids, saves, calls } = await fiftyDeferred();
    await world.advance(20 * MINUTE);
    // Each that asks a provider writes its claim and its outcome, and a circuit is asked once a minute at most.
    expect(calls()).toBeGreaterThan(10);
    expect(calls()).toBeLessThanOrEqual(2 * 21);
    expect(saves()).toBeLessThanOrEqual(2 * calls());
    for (const id of ids) {
      expect(await world.page(id)).toMatchObject({
        status: 'IN_PROGRESS',
        deliveries: [{ status: 'QUEUED', attempts: 0, deferredUntil: expect.any(String) }],
      });
    }
  });

  test('all are given up after an hour, each with its dead letter', async () => {
    const { world, ids } = await fiftyDeferred();
    await world.advance(58 * MINUTE);
    expect(world.dead).toEqual([]);
    // Until then nothing says that it has taken too long.
    const words = await Promise.all(ids.map(async (id) => (await world.page(id)).deliveries[0].error.message));
    expect(words.filter((message) => /too long/.test(message))).toEqual([]);
    await world.advance(5 * MINUTE);
    for (const id of ids) expect((await world.page(id)).deliveries[0].error.code).toBe('channel_down');
    expect(world.dead.map(({ reason }) => reason.code)).toEqual(ids.map(() => 'channel_down'));
  });

  test('all arrive once when it is over, and those answered meanwhile do not', async () => {
    const { world, ids, recover } = await fiftyDeferred();
    await world.advance(10 * MINUTE);
    const [answered = ''] = ids;
    await world.call('acknowledgeNotification', { params: { id: answered } });
    recover();
    await world.advance(10 * MINUTE);
    expect(world.sent).toHaveLength(49);
    expect(new Set(world.sent.map(({ ref }) => ref)).size).toBe(49);
    expect((await world.page(answered)).deliveries[0].status).toBe('SKIPPED');
    for (const { messages } of Object.values(world.queues)) expect(messages).toEqual([]);
  });

  test('their turns take nobody a place under the limit of the sender', async () => {
    const { world, reserved, calls } = await fiftyDeferred();
    await world.advance(20 * MINUTE);
    // The probes have theirs.
    expect(reserved()).toBeLessThanOrEqual(calls());
  });
});

describe('an outage of an hour of every provider, with recursive loops refused as Lambda refuses them', () => {
  const PROVIDERS = [
    'twilio/sms',
    'sns/sms',
    'twilio/voice',
    'aws-voice/voice',
    'sendgrid/email',
    'ses/email',
  ] as const;
  const OTHERS = ['slack/slack', 'teams/teams', 'sns-push/push'] as const;

  /** Three people, each with a page on every channel, and nothing that works until `recover`. */
  async function everythingDown() {
    let isDown = true;
    const behave = Object.fromEntries(
      [...PROVIDERS, ...OTHERS].map((name) => [name, () => (isDown ? down() : undefined)]),
    );
    const reports = { 'twilio/voice': () => answered() };
    const world = createWorld({ channels: CHANNELS, behave, reports });
    const pages: { id: string; channel: string }[] = [];
    for (let person = 0; person < 3; person++) {
      const recipientId = `usr_${person}`;
      const reachable = { ...EVERYWHERE, name: recipientId, phone: `+1415555010${person}`, phoneVerified: true };
      await world.call('putRecipient', { params: { id: recipientId }, body: reachable });
      for (const channel of CHANNELS) {
        const incident = { ...INCIDENT.incident, id: `INC-${person}-${channel}` };
        const body = { incident, recipientId, channels: [channel], requireAck: false };
        pages.push({ id: (await world.call('dispatchNotification', { body })).body.notificationId, channel });
      }
    }
    await world.drain();
    return {
      world,
      pages,
      recover: () => {
        isDown = false;
      },
    };
  }

  test('defers every page for the whole hour, and each arrives when the providers are back at minute 59', async () => {
    const { world, pages, recover } = await everythingDown();
    await world.advance(59 * MINUTE);
    for (const { id } of pages) {
      expect((await world.page(id)).deliveries[0]).toMatchObject({ status: 'QUEUED', attempts: 0 });
    }
    expect([world.sent, world.dead]).toEqual([[], []]);
    // Each has gone round more often than Lambda lets a function run that may not loop.
    for (const channel of CHANNELS) {
      const waiting = world.lanes[channel]?.urgent.messages ?? [];
      expect(waiting).toHaveLength(3);
      for (const { trace } of waiting) {
        expect(runsSoFar(trace, `delivery/${channel}-worker`)).toBeGreaterThan(2 * MAX_RUNS);
      }
    }
    recover();
    await world.advance(5 * MINUTE);
    for (const { id, channel } of pages) {
      const { status, attempts } = (await world.page(id)).deliveries[0];
      expect([channel, attempts]).toEqual([channel, 1]);
      expect(['SENT', 'DELIVERED']).toContain(status);
    }
    expect(world.dead).toEqual([]);
  });

  test('gives every page up after the hour when the providers stay away, with its dead letter', async () => {
    const { world, pages } = await everythingDown();
    await world.advance(62 * MINUTE);
    for (const { id } of pages) expect((await world.page(id)).deliveries[0].error.code).toBe('channel_down');
    expect(world.dead).toHaveLength(pages.length);
  });
});
