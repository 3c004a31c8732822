import { expect, test } from 'vitest';
import { randomPageId } from '../../lambdas/core/ids.ts';
import type { HoldStore, WindowStore } from '../../lambdas/core/restraint/ports.ts';
import { T0 } from '../support/pages.ts';

export interface RestraintStores {
  windows: WindowStore;
  holds: HoldStore;
}

const WINDOW = { services: ['db'], teams: ['t1'], holdCritical: true, reason: 'upgrade', version: 1, updatedAt: T0 };

/** What the stores behind held pages have to guarantee: in memory, on dynalite, and in AWS. */
export function restraintSuite(open: () => RestraintStores): void {
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

  test('of changes to one version of a window one is written, the first one too', async () => {
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
      ...{ recipientId, pageId: randomPageId(), until: T0 + n },
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
