/**
 * A louder alert about an incident that its reader has a quieter page of (docs/spec/api.md#dispatch; ADR 15).
 *
 * One file because every part of a page's life that the louder one cuts off is looked at from the same town.
 */

import { describe, expect, test } from 'vitest';
import type { Priority } from '../../lambdas/core/page/page.ts';
import type { PageStore } from '../../lambdas/core/page/ports.ts';
import type { SendResult } from '../../lambdas/core/providers/ports.ts';
import { HOUR, MINUTE } from '../../lambdas/core/time.ts';
import { undocumented } from '../support/openapi.ts';
import { delivered } from '../support/world/reports.ts';
import { ALICE, createWorld, type Options } from '../support/world.ts';

/** It is 03:00 in the world. */
const ASLEEP = { timezone: 'UTC', quietHours: { from: '22:00', to: '07:00' } };
const EMAIL = { email: 'alice@example.com' };
const CHANNELS = ['email', 'sms', 'voice'] as const;

interface Shown {
  status: string;
  supersededBy?: string;
  heldUntil?: string;
  pendingTiers: string[];
  deliveries: { channel: string; round: number; status: string; events: { kind: string; code?: string }[] }[];
}

async function town(options: Options = {}, alice: object = ASLEEP) {
  const world = createWorld({ channels: CHANNELS, suppression: { hourlyCap: 100 }, ...options });
  await world.putAlice({ ...EMAIL, ...alice });
  async function alert(priority: Priority, more: object = {}, key?: string) {
    const { incident: about, ...body } = more as { incident?: object };
    const incident = { id: 'INC-1', title: 'Disk fills up', priority, service: 'db', ...about };
    const answer = await world.call('dispatchNotification', {
      body: { incident, recipientId: 'usr_alice', ...body },
      ...(key !== undefined && { headers: { 'Idempotency-Key': key } }),
    });
    expect([answer.status, undocumented('dispatchNotification', answer)]).toEqual([202, []]);
    return answer.body as { notificationId: string; status: string; queued: number; deduplicated?: true };
  }
  const view = async (id: string): Promise<Shown> => {
    const answer = await world.call('getNotification', { params: { id } });
    expect(undocumented('getNotification', answer)).toEqual([]);
    return answer.body;
  };
  const skipped = (page: Shown) => page.deliveries.map(({ channel, status }) => `${channel} ${status}`);
  /** Channels of what was sent for the page, in order. */
  const sends = (id: string) =>
    world.sent.filter(({ ref }) => ref.startsWith(id.slice(3))).map(({ channel }) => channel);
  return { ...world, alert, view, skipped, sends };
}

describe('a louder alert that meets a held page', () => {
  test.each<[Priority, Priority]>([
    ['MEDIUM', 'CRITICAL'],
    ['LOW', 'CRITICAL'],
    ['MEDIUM', 'HIGH'],
    ['LOW', 'HIGH'],
  ])(
    'a %s page that is held gives way to a %s one at once, and nothing of it comes in the morning',
    async (quiet, loud) => {
      const world = await town();
      const old = await world.alert(quiet);
      expect(old.status).toBe('HELD');
      await world.advance(10 * MINUTE);
      const louder = await world.alert(loud);
      expect(louder.notificationId).not.toBe(old.notificationId);
      expect([louder.deduplicated, louder.queued > 0]).toEqual([undefined, true]);
      await world.drain();
      expect(world.sends(louder.notificationId)).toEqual(['email']);
      const page = await world.view(old.notificationId);
      expect(page).toMatchObject({ status: 'EXHAUSTED', supersededBy: louder.notificationId, pendingTiers: [] });
      expect([page.heldUntil, world.skipped(page)]).toEqual([undefined, ['email SKIPPED']]);
      expect(page.deliveries[0]?.events.at(-1)).toMatchObject({ kind: 'skipped', code: 'superseded' });
      await world.advance(6 * HOUR);
      expect(world.sends(old.notificationId)).toEqual([]);
      expect(await world.suppression?.holds.list()).toEqual([]);
      // The one page that nobody answered is told to operations, and no other.
      expect(new Set(world.alerts.raised.map(({ pageId }) => pageId))).toEqual(new Set([louder.notificationId]));
    },
  );

  test('a page that a maintenance window holds gives way to a CRITICAL one', async () => {
    const world = await town({}, {});
    const times = { startsAt: '2026-11-22T02:00:00Z', endsAt: '2026-11-22T05:00:00Z' };
    await world.call('putMaintenanceWindow', { params: { id: 'w1' }, body: { services: ['db'], ...times } });
    const held = await world.alert('HIGH');
    const louder = await world.alert('CRITICAL');
    await world.drain();
    expect([held.status, world.sends(louder.notificationId)]).toEqual(['HELD', ['email']]);
    expect(await world.view(held.notificationId)).toMatchObject({ supersededBy: louder.notificationId });
  });

  test('a louder page that has to wait itself is in the morning’s digest instead of the quieter one', async () => {
    const world = await town();
    const low = await world.alert('LOW');
    const other = await world.alert('MEDIUM', { incident: { id: 'INC-2', title: 'Certificate ends' } });
    const medium = await world.alert('MEDIUM');
    expect([medium.status, medium.deduplicated]).toEqual(['HELD', undefined]);
    await world.advance(5 * HOUR);
    const [digest] = world.sent;
    expect(String(digest?.body)).toContain('INC-2');
    expect(world.sends(low.notificationId)).toEqual([]);
    for (const { notificationId } of [other, medium]) expect((await world.view(notificationId)).status).toBe('SENT');
    expect((await world.view(low.notificationId)).status).toBe('EXHAUSTED');
    const listed = await world.suppression?.groups.listed(
      String(digest && world.pages.all().find(({ id }) => digest.ref.startsWith(id.slice(3)))?.id),
    );
    expect(listed?.toSorted()).toEqual([other.notificationId, medium.notificationId].toSorted());
  });
});

describe('a louder alert that meets an open page', () => {
  test('a page that was sent and waits for an answer climbs no further once a louder one is out', async () => {
    const world = await town({}, {});
    const old = await world.alert('HIGH');
    await world.advance(MINUTE);
    expect(world.sends(old.notificationId)).toEqual(['email']);
    const louder = await world.alert('CRITICAL');
    await world.advance(2 * HOUR);
    expect(world.sends(old.notificationId)).toEqual(['email']);
    expect(world.sends(louder.notificationId).slice(0, 3)).toEqual(['email', 'sms', 'voice']);
    expect(await world.view(old.notificationId)).toMatchObject({ status: 'SENT', supersededBy: louder.notificationId });
    expect((await world.view(louder.notificationId)).status).toBe('EXHAUSTED');
  });

  test('a receipt still counts for the quieter page', async () => {
    const world = await town({ reports: { 'sendgrid/email': () => delivered(5 * MINUTE) } }, {});
    const old = await world.alert('HIGH');
    await world.drain();
    await world.alert('CRITICAL');
    await world.advance(6 * MINUTE);
    expect((await world.view(old.notificationId)).status).toBe('DELIVERED');
  });

  test.each<[string, SendResult]>([
    ['fails for now', fault('transient', false)],
    ['finds its channel down', fault('provider_fault', true)],
  ])('a delivery that waits because it %s is skipped when a louder page comes', async (_, result) => {
    let down = true;
    const behave = {
      'sendgrid/email': () => (down ? result : undefined),
      'ses/email': () => (down ? result : undefined),
    };
    const world = await town({ behave }, {});
    const old = await world.alert('MEDIUM');
    await world.drain();
    expect(world.skipped(await world.view(old.notificationId))).toContain('email QUEUED');
    const louder = await world.alert('CRITICAL');
    // A channel that is down lets the next tier start at once.
    const before = world.sends(old.notificationId);
    down = false;
    await world.advance(HOUR);
    expect(before).not.toContain('email');
    expect(world.sends(old.notificationId)).toEqual(before);
    expect(world.skipped(await world.view(old.notificationId))).toContain('email SKIPPED');
    expect(world.sends(louder.notificationId)).toContain('sms');
  });

  test('quieter alerts get the louder page from then on', async () => {
    const world = await town();
    await world.alert('MEDIUM');
    const louder = await world.alert('CRITICAL');
    for (const priority of ['MEDIUM', 'LOW', 'HIGH', 'CRITICAL'] as const) {
      expect(await world.alert(priority)).toMatchObject({
        notificationId: louder.notificationId,
        deduplicated: true,
      });
    }
    expect(world.pages.all()).toHaveLength(2);
  });

  test('an alert of another type, level, recipient or incident stops no page', async () => {
    const world = await town();
    const held = await world.alert('MEDIUM');
    await world.call('putRecipient', { params: { id: 'usr_bob' }, body: { name: 'Bob', email: 'bob@example.com' } });
    await world.alert('CRITICAL', { type: 'escalation' });
    await world.alert('CRITICAL', { escalationLevel: 1 });
    await world.alert('CRITICAL', { recipientId: 'usr_bob' });
    await world.alert('CRITICAL', { incident: { id: 'INC-2' } });
    expect((await world.view(held.notificationId)).status).toBe('HELD');
  });

  test('each louder priority takes over from the one before, and one page is open in the end', async () => {
    const world = await town();
    const ids: string[] = [];
    for (const priority of ['LOW', 'MEDIUM', 'HIGH', 'CRITICAL'] as const)
      ids.push((await world.alert(priority)).notificationId);
    const pages = await Promise.all(ids.map(world.view));
    expect(pages.map(({ supersededBy }) => supersededBy)).toEqual([...ids.slice(1), undefined]);
  });

  test('a recipient can be deleted once the louder page is answered', async () => {
    const world = await town();
    await world.alert('MEDIUM');
    const louder = await world.alert('CRITICAL');
    const remove = () => world.call('deleteRecipient', { params: { id: 'usr_alice' } });
    const refused = await remove();
    expect([refused.status, refused.body.detail]).toEqual([409, expect.stringContaining(louder.notificationId)]);
    await world.call('acknowledgeNotification', { params: { id: louder.notificationId } });
    expect((await remove()).status).toBe(204);
  });
});

describe('with keys', () => {
  test('a louder alert with a key takes the place of a quieter one, and each key goes on giving its own page', async () => {
    const world = await town();
    const [medium, other] = [await world.alert('MEDIUM', {}, 'a'), await world.alert('MEDIUM', {}, 'b')];
    expect(medium.notificationId).not.toBe(other.notificationId);
    const louder = await world.alert('CRITICAL', {}, 'c');
    await world.advance(6 * HOUR);
    for (const [key, old] of [['a', medium] as const, ['b', other] as const]) {
      expect(world.sends(old.notificationId)).toEqual([]);
      expect(await world.view(old.notificationId)).toMatchObject({ supersededBy: louder.notificationId });
      const replay = await world.alert('MEDIUM', {}, key);
      expect(replay).toMatchObject({ notificationId: old.notificationId, status: 'EXHAUSTED', queued: 0 });
    }
    expect((await world.alert('CRITICAL', {}, 'c')).notificationId).toBe(louder.notificationId);
  });

  test('a quieter alert with a key is a page of its own, and dispatches without a key get the louder one', async () => {
    const world = await town();
    const louder = await world.alert('CRITICAL', {}, 'a');
    const quiet = await world.alert('MEDIUM', {}, 'b');
    expect([quiet.status, quiet.notificationId === louder.notificationId]).toEqual(['HELD', false]);
    for (const priority of ['MEDIUM', 'CRITICAL'] as const)
      expect(await world.alert(priority)).toMatchObject({ notificationId: louder.notificationId, deduplicated: true });
  });

  test('an alert without a key takes the place of all quieter ones with keys', async () => {
    const world = await town();
    const quiet = [
      await world.alert('LOW', {}, 'a'),
      await world.alert('MEDIUM', {}, 'b'),
      await world.alert('LOW', {}, 'c'),
    ];
    const louder = await world.alert('CRITICAL');
    const [low, medium, beside] = await Promise.all(quiet.map(({ notificationId }) => world.view(notificationId)));
    expect(low?.supersededBy).toBe(quiet[1]?.notificationId);
    expect([medium?.supersededBy, beside?.supersededBy]).toEqual([louder.notificationId, louder.notificationId]);
  });
});

describe('an answer', () => {
  const both = async (world: Awaited<ReturnType<typeof town>>, ids: string[]) =>
    Promise.all(ids.map(async (id) => (await world.view(id)).status));

  test.each(['incident', 'recipient'] as const)(
    'an answer to either of the two pages is an answer to both, where the scope is the %s',
    async (ackScope) => {
      for (const named of [0, 1]) {
        const world = await town({}, {});
        const old = await world.alert('HIGH', { ackScope });
        await world.drain();
        const louder = await world.alert('CRITICAL', { ackScope });
        await world.advance(MINUTE);
        const ids = [old.notificationId, louder.notificationId];
        await world.call('acknowledgeNotification', { params: { id: ids[named] ?? '' } });
        expect(await both(world, ids)).toEqual(['ACKNOWLEDGED', 'ACKNOWLEDGED']);
        await world.advance(HOUR);
        expect(world.sends(louder.notificationId)).toEqual(['email', 'sms']);
      }
    },
  );

  test('the code of the quieter page answers the louder one', async () => {
    const world = await town({}, { preferences: [{ channel: 'email', enabled: false }] });
    const old = await world.alert('HIGH');
    await world.drain();
    const code = (await world.page(old.notificationId)).code;
    const louder = await world.alert('CRITICAL', { ackScope: 'recipient' });
    await world.drain();
    await world.text(ALICE, `ACK ${code}`);
    expect(await both(world, [old.notificationId, louder.notificationId])).toEqual(['ACKNOWLEDGED', 'ACKNOWLEDGED']);
  });

  test('ACK without a code means the one incident that both pages are about', async () => {
    const world = await town({}, { preferences: [{ channel: 'email', enabled: false }] });
    const old = await world.alert('HIGH');
    await world.drain();
    const louder = await world.alert('CRITICAL');
    await world.drain();
    expect(await world.text(ALICE, 'ACK')).toContain('INC-1');
    expect(await both(world, [old.notificationId, louder.notificationId])).toEqual(['ACKNOWLEDGED', 'ACKNOWLEDGED']);
  });
});

test('a superseded page is not retried, and says which page is', async () => {
  const world = await town();
  const old = await world.alert('MEDIUM');
  const louder = await world.alert('CRITICAL');
  for (const body of [undefined, { channels: ['email'] }]) {
    const answer = await world.call('retryNotification', { params: { id: old.notificationId }, ...(body && { body }) });
    expect([answer.status, answer.body.type]).toEqual([409, 'urn:lifeline:problem:superseded']);
    expect(answer.body.detail).toContain(louder.notificationId);
    expect(undocumented('retryNotification', answer)).toEqual([]);
  }
});

test('the next person of a louder page is paged anew, and a quieter escalation to them stops', async () => {
  const world = await town({}, {});
  await world.call('putRecipient', {
    params: { id: 'usr_bob' },
    body: { name: 'Bob', phone: '+14155550101', phoneVerified: true, ...ASLEEP },
  });
  const bob = { recipientId: 'usr_bob', type: 'escalation', escalationLevel: 1 };
  const quiet = await world.alert('MEDIUM', bob);
  expect(quiet.status).toBe('HELD');
  await world.alert('CRITICAL', { escalateTo: ['usr_bob'] });
  await world.advance(30.5 * MINUTE);
  expect(world.sent.filter(({ to }) => to === '+14155550101').map(({ channel }) => channel)).toEqual(['sms']);
  expect((await world.view(quiet.notificationId)).supersededBy).toBeDefined();
});

describe('news of an answer', () => {
  test.each(['acknowledgment', 'resolution'])(
    'a louder %s takes the place of a quieter one that is held',
    async (type) => {
      const world = await town();
      const quiet = await world.alert('MEDIUM', { type });
      const loud = await world.alert('HIGH', { type });
      await world.advance(6 * HOUR);
      expect([world.sends(quiet.notificationId), world.sends(loud.notificationId)[0]]).toEqual([[], 'email']);
    },
  );
});

describe('a dispatch that dies while it takes the place of a quieter page', () => {
  /** Each call of the page store or a queue may be the last one, before or after its effect. */
  const spots = [1, 2, 3, 4, 5, 6, 7].flatMap((at) =>
    [true, false].flatMap((after) => ['key', undefined].map((key) => ({ at, after, key }))),
  );

  /** MEDIUM is held; then the CRITICAL dispatch dies. */
  async function died({ at, after, key }: (typeof spots)[number]) {
    let calls = Number.NEGATIVE_INFINITY;
    const mortal =
      <A extends unknown[], R>(effect: (...args: A) => Promise<R>) =>
      async (...args: A): Promise<R> => {
        calls++;
        if (calls > at || (calls === at && !after)) throw new Error('killed');
        const result = await effect(...args);
        if (calls === at) throw new Error('killed');
        return result;
      };
    const world = await town({
      wrapPages: (pages: PageStore) => ({
        ...pages,
        create: mortal(pages.create),
        get: mortal(pages.get),
        save: mortal(pages.save),
      }),
      wrapQueue: mortal,
    });
    const old = await world.alert('MEDIUM', {}, key && 'old');
    const incident = { id: 'INC-1', title: 'Disk fills up', priority: 'CRITICAL', service: 'db' };
    const body = { incident, recipientId: 'usr_alice' };
    const dispatch = () =>
      world.call('dispatchNotification', { body, ...(key && { headers: { 'Idempotency-Key': key } }) });
    calls = 0;
    await dispatch();
    calls = Number.NEGATIVE_INFINITY;
    return { world, old, dispatch };
  }

  test.each(spots)(
    'at store call $at (after its effect: $after, with: $key) is completed by its repetition',
    async (spot) => {
      const { world, old, dispatch } = await died(spot);
      const { body: louder, status } = await dispatch();
      expect([status, louder.status]).toEqual([202, 'ACCEPTED']);
      expect(await world.view(old.notificationId)).toMatchObject({ supersededBy: louder.notificationId });
      await world.advance(6 * HOUR);
      expect(world.pages.all()).toHaveLength(2);
      expect([world.sends(old.notificationId), world.sends(louder.notificationId)[0]]).toEqual([[], 'email']);
    },
  );

  test.each(spots)(
    'at store call $at (after its effect: $after, with: $key) and is not repeated leaves a page that goes out',
    async (spot) => {
      const { world, old } = await died(spot);
      await world.advance(6 * HOUR);
      const { supersededBy } = await world.view(old.notificationId);
      expect(world.sends(supersededBy ?? old.notificationId)).toContain('email');
    },
  );
});

function fault(faultClass: 'transient' | 'provider_fault', counts: boolean): SendResult {
  const properties = { failsOver: true, counts, opens: false, disablesSender: false };
  return { outcome: 'failed', fault: { code: 'x', class: faultClass, message: '', ...properties } };
}
