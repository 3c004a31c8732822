/**
 * Quiet hours and maintenance windows that change while they hold pages (docs/spec/suppression.md#held: released at
 * once).
 */

import { describe, expect, test } from 'vitest';
import { HOUR, MINUTE } from '../../lambdas/core/time.ts';
import { createWorld, type Options } from '../support/world.ts';

/** It is 03:00 on a Sunday in the world. */
const NIGHT = { timezone: 'UTC', quietHours: { from: '22:00', to: '07:00' } };
const EMAIL = { email: 'alice@example.com' };
const SEVEN = '2026-11-22T07:00:00.000Z';

async function held(alice: object, options: Options = {}) {
  const world = createWorld({ channels: ['email', 'sms'], suppression: { hourlyCap: 100 }, ...options });
  await world.putAlice({ ...EMAIL, ...alice });
  const ids: string[] = [];
  const page = async (id: string) => {
    const incident = { id, title: 'Disk fills up', priority: 'MEDIUM', service: 'db', team: { id: 't1' } };
    const { body, status } = await world.call('dispatchNotification', { body: { incident, recipientId: 'usr_alice' } });
    expect(status).toBe(202);
    ids.push(body.notificationId);
  };
  const views = () => Promise.all(ids.map((id) => world.page(id)));
  const put = (fields: object) => world.putAlice({ ...EMAIL, ...fields });
  return { ...world, page, views, put };
}

async function oneHeld(alice: object = NIGHT) {
  const world = await held(alice);
  await world.page('INC-1');
  await world.drain();
  expect((await world.views())[0].status).toBe('HELD');
  expect(world.sent).toEqual([]);
  const now = async () => {
    await world.drain();
    const [page] = await world.views();
    return { status: page.status as string, heldUntil: page.heldUntil as string | undefined, sent: world.sent.length };
  };
  return { ...world, now };
}

describe('a page that quiet hours hold', () => {
  test.each<[string, object]>([
    ['are taken away', {}],
    ['are taken away and the zone stays', { timezone: 'UTC' }],
    ['end before now', { ...NIGHT, quietHours: { from: '22:00', to: '02:30' } }],
    ['begin later', { ...NIGHT, quietHours: { from: '04:00', to: '07:00' } }],
    ['no longer begin on this day', { ...NIGHT, quietHours: { from: '22:00', to: '07:00', days: ['mon', 'tue'] } }],
    ['mean another time because the recipient is elsewhere', { ...NIGHT, timezone: 'Australia/Sydney' }],
  ])('a page held by quiet hours goes out at once when they %s', async (_, fields) => {
    const world = await oneHeld();
    await world.put(fields);
    expect(await world.now()).toEqual({ status: 'SENT', heldUntil: undefined, sent: 1 });
    // Nothing comes a second time at the old end.
    await world.advance(4.5 * HOUR);
    expect(world.sent.filter(({ channel }) => channel === 'email')).toHaveLength(1);
    expect(await world.suppression?.holds.list()).toEqual([]);
  });

  test('a page held by quiet hours goes out at the new end when they are shortened and not over yet', async () => {
    const world = await oneHeld();
    await world.put({ ...NIGHT, quietHours: { from: '22:00', to: '05:00' } });
    expect(await world.now()).toEqual({ status: 'HELD', heldUntil: '2026-11-22T05:00:00.000Z', sent: 0 });
    await world.advance(2 * HOUR);
    expect((await world.now()).status).toBe('SENT');
  });

  test.each<[string, object]>([
    ['last longer', { ...NIGHT, quietHours: { from: '22:00', to: '09:00' } }],
    [
      'end later because the recipient is elsewhere',
      { ...NIGHT, timezone: 'Atlantic/Azores', quietHours: { from: '22:00', to: '08:00' } },
    ],
  ])('a page held by quiet hours stays held until the new end when they %s', async (_, fields) => {
    const world = await oneHeld();
    await world.put(fields);
    expect(await world.now()).toEqual({ status: 'HELD', heldUntil: '2026-11-22T09:00:00.000Z', sent: 0 });
    await world.advance(5 * HOUR);
    expect((await world.now()).sent).toBe(0);
    await world.advance(HOUR);
    expect((await world.now()).status).toBe('SENT');
  });

  test('a page held by quiet hours stays held when something else of the recipient changes, and nothing is looked at for it', async () => {
    const world = await oneHeld();
    await world.put({ ...NIGHT, email: 'new@example.com' });
    expect(world.queues.releases.messages).toEqual([]);
    expect(await world.now()).toEqual({ status: 'HELD', heldUntil: SEVEN, sent: 0 });
  });

  test('a page held by quiet hours stays held by a maintenance window when the quiet hours are taken away', async () => {
    const world = await held(NIGHT);
    await world.call('putMaintenanceWindow', {
      params: { id: 'w1' },
      body: { services: ['db'], startsAt: '2026-11-22T02:00:00Z', endsAt: '2026-11-22T05:00:00Z' },
    });
    await world.page('INC-1');
    await world.put({});
    await world.drain();
    expect((await world.views())[0]).toMatchObject({ status: 'HELD', heldUntil: '2026-11-22T05:00:00.000Z' });
  });

  test('a page held by quiet hours shares one digest with the others that are released with it', async () => {
    const world = await held(NIGHT);
    for (const id of ['INC-1', 'INC-2', 'INC-3']) await world.page(id);
    await world.put({});
    await world.advance(5_000);
    expect(world.sent).toHaveLength(1);
    for (const page of await world.views()) expect(page.status).toBe('SENT');
  });

  test('a page held by quiet hours goes out although the function died right after it had written the new quiet hours', async () => {
    const world = await oneHeld();
    const { send } = world.suppression?.releases ?? {};
    if (!world.suppression || !send) throw new Error('unreachable');
    let sends = 0;
    world.suppression.releases.send = async (message, delayMs) => {
      if (++sends === 2) throw Object.assign(new Error('no answer'), { name: 'TimeoutError' });
      return send(message, delayMs);
    };
    expect((await world.put({})).status).toBe(503);
    await world.advance(MINUTE);
    expect((await world.now()).status).toBe('SENT');
  });
});

describe('a page that a maintenance window holds', () => {
  const WINDOW = { services: ['db'], startsAt: '2026-11-22T02:00:00Z', endsAt: '2026-11-22T07:00:00Z' };
  async function inWindow(body: object = WINDOW) {
    const world = await held({});
    const put = (window: object) => world.call('putMaintenanceWindow', { params: { id: 'w1' }, body: window });
    expect((await put(body)).status).toBe(201);
    await world.page('INC-1');
    await world.drain();
    expect((await world.views())[0].status).toBe('HELD');
    return { ...world, put };
  }

  test.each<[string, object]>([
    ['ends before now', { ...WINDOW, endsAt: '2026-11-22T02:59:00Z' }],
    ['is about another service', { ...WINDOW, services: ['web'] }],
    ['begins later', { ...WINDOW, startsAt: '2026-11-22T04:00:00Z' }],
    ['is about another team alone', { teams: ['t2'], startsAt: WINDOW.startsAt, endsAt: WINDOW.endsAt }],
  ])('a page held by a window goes out at once when the window %s', async (_, window) => {
    const world = await inWindow();
    expect((await world.put(window)).status).toBe(200);
    await world.drain();
    expect([(await world.views())[0].status, world.sent.length]).toEqual(['SENT', 1]);
  });

  test('a page held by a window goes out at once when the window is deleted', async () => {
    const world = await inWindow();
    expect((await world.call('deleteMaintenanceWindow', { params: { id: 'w1' } })).status).toBe(204);
    await world.drain();
    expect([(await world.views())[0].status, world.sent.length]).toEqual(['SENT', 1]);
  });

  test('a page held by a window goes out although the function died right after it had deleted the window', async () => {
    const world = await inWindow();
    const { suppression } = world;
    if (!suppression) throw new Error('unreachable');
    const { send } = suppression.releases;
    let sends = 0;
    suppression.releases.send = async (message, delayMs) => {
      if (++sends === 2) throw Object.assign(new Error('no answer'), { name: 'TimeoutError' });
      return send(message, delayMs);
    };
    const remove = () => world.call('deleteMaintenanceWindow', { params: { id: 'w1' } });
    expect((await remove()).status).toBe(503);
    suppression.releases.send = send;
    // Repeating it does not help: the window is gone.
    expect((await remove()).status).toBe(404);
    await world.advance(MINUTE);
    expect((await world.views())[0].status).toBe('SENT');
  });

  test('a page held by a window goes out at the new end when the window is shortened, and stays held until it when the window is extended', async () => {
    for (const endsAt of ['2026-11-22T05:00:00.000Z', '2026-11-22T09:00:00.000Z']) {
      const world = await inWindow();
      await world.put({ ...WINDOW, endsAt });
      await world.drain();
      expect((await world.views())[0]).toMatchObject({ status: 'HELD', heldUntil: endsAt });
      await world.advance(Date.parse(endsAt) - world.now() - 1);
      expect(world.sent).toEqual([]);
      await world.advance(1);
      expect((await world.views())[0].status).toBe('SENT');
    }
  });
});
