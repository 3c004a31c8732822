import { expect, test } from 'vitest';
import { randomPageId } from '../../lambdas/core/page/ids.ts';
import type { GroupStore, Member, Slot } from '../../lambdas/core/suppression/groups.ts';
import type { HoldStore, WindowStore } from '../../lambdas/core/suppression/ports.ts';
import { T0 } from '../support/pages.ts';

export interface SuppressionStores {
  windows: WindowStore;
  holds: HoldStore;
}

const WINDOW = { services: ['db'], teams: ['t1'], holdCritical: true, reason: 'upgrade', version: 1, updatedAt: T0 };

/** What the stores behind held pages have to guarantee: in memory, on dynalite, and in AWS. */
export function suppressionSuite(open: () => SuppressionStores): void {
  test('a window comes back with every field, by id and in the list, and is gone when it is deleted', async () => {
    const { windows } = open();
    const window = { ...WINDOW, id: `w-${randomPageId()}`, startsAt: T0, endsAt: T0 + 60_000 };
    expect(await windows.get(window.id)).toBeUndefined();
    expect(await windows.put(window, 0)).toBe('saved');
    expect(await windows.get(window.id)).toEqual(window);
    expect(await windows.list()).toContainEqual(window);
    expect(await windows.delete(window.id, 2)).toBe('conflict');
    expect(await windows.delete(window.id, 1)).toBe('deleted');
    expect(await windows.list({ consistent: true })).not.toContainEqual(window);
  });

  test('one of many changes to one version of a window is written, the first one too', async () => {
    const { windows } = open();
    const id = `w-${randomPageId()}`;
    for (const expected of [0, 1]) {
      const change = { id, services: ['db'], startsAt: T0, endsAt: T0 + 1, version: expected + 1, updatedAt: T0 };
      const results = await Promise.all([1, 2, 3, 4].map((n) => windows.put({ ...change, updatedAt: n }, expected)));
      expect(results.toSorted()).toEqual(['conflict', 'conflict', 'conflict', 'saved']);
    }
  });

  test('holds are found by their recipient and all together, moved by the next put and gone when removed', async () => {
    const { holds } = open();
    const [alice, other, bob] = ['usr_a', 'usr_a', 'usr_ab'].map((recipientId, n) => ({
      recipientId,
      pageId: randomPageId(),
      until: T0 + n,
    }));
    if (!alice || !other || !bob) throw new Error('unreachable');
    for (const hold of [alice, other, bob]) await holds.put(hold);
    const moved = { ...alice, until: T0 + 99 };
    await holds.put(moved);
    const found = await holds.ofRecipient('usr_a');
    expect(found).toHaveLength(2);
    expect(found).toEqual(expect.arrayContaining([moved, other]));
    expect(await holds.list()).toEqual(expect.arrayContaining([moved, other, bob]));
    for (const hold of [alice, other, bob]) await holds.remove(hold);
    expect(await holds.ofRecipient('usr_a')).toEqual([]);
    await holds.remove(bob);
  });
}

/** What the store behind shared messages has to guarantee. */
export function groupSuite(open: () => GroupStore): void {
  const name = () => ({ recipientId: `usr_${randomPageId()}`, group: 'live' });
  const member = (at: number, interruptive: Member['interruptive'] = []): Member => ({
    pageId: randomPageId(),
    at,
    interruptive,
  });

  test('whoever joins at the same time each see another number, and joining again counts nothing', async () => {
    const [groups, group] = [open(), name()];
    const members = Array.from({ length: 12 }, (_, n) => member(T0 + n, ['sms', 'voice']));
    const counts = await Promise.all(members.map(async (one) => (await groups.join(group, [one])).length));
    expect(counts.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, n) => n + 1));
    const [first] = members;
    if (!first) throw new Error('unreachable');
    const again = await groups.join(group, [{ ...first, at: T0 + 99 }]);
    expect(again).toHaveLength(12);
    expect(await groups.members(group)).toEqual(expect.arrayContaining(members));
  });

  test('what joined over an hour ago is not counted', async () => {
    const [groups, group] = [open(), name()];
    for (let n = 0; n < 10; n++) await groups.join(group, [member(T0 + n)]);
    const latest = member(T0 + 3_600_100);
    expect(await groups.join(group, [latest])).toEqual([latest]);
    expect(await groups.join(group, [member(T0 + 3_600_200)])).toHaveLength(2);
  });

  test('a hundred join at once', async () => {
    const [groups, group] = [open(), { ...name(), group: `digest:${T0}` }];
    expect(
      await groups.join(
        group,
        Array.from({ length: 120 }, () => member(T0)),
      ),
    ).toHaveLength(120);
  });

  test('one of those who want a channel of the group gets it, each time', async () => {
    const [groups, group] = [open(), name()];
    expect(await groups.slot(group, 'sms')).toBeUndefined();
    let seen: Slot | undefined;
    for (let round = 1; round <= 2; round++) {
      const wanted = [1, 2, 3, 4].map((n) => ({
        carrier: randomPageId(),
        round,
        at: T0 + n,
        listed: ['pg_a', 'pg_b'],
      }));
      const taken = await Promise.all(wanted.map((slot) => groups.take(group, 'sms', seen, slot)));
      expect(taken.filter(Boolean)).toHaveLength(1);
      const now = await groups.slot(group, 'sms');
      expect(now).toEqual(wanted[taken.indexOf(true)]);
      seen = now;
    }
    expect(await groups.slot(group, 'email')).toBeUndefined();
    expect(await groups.slot({ ...group, group: 'digest:1' }, 'sms')).toBeUndefined();
  });

  test('what messages of a page listed is all of it', async () => {
    const [groups, carrier] = [open(), randomPageId()];
    expect(await groups.listed(carrier)).toEqual([]);
    await groups.list(carrier, [carrier, 'pg_a'], T0);
    await groups.list(carrier, [carrier, 'pg_b'], T0 + 1);
    expect((await groups.listed(carrier)).toSorted()).toEqual([carrier, 'pg_a', 'pg_b'].toSorted());
  });
}
