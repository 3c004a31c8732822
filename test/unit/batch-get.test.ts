import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { BatchGetCommand } from '@aws-sdk/lib-dynamodb';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { randomPageId } from '../../lambdas/core/page/ids.ts';
import { asProblem } from '../../lambdas/http/problem.ts';
import { createAuditLog } from '../../lambdas/stores/audit.ts';
import { batchGet } from '../../lambdas/stores/batch-get.ts';
import { toItem } from '../../lambdas/stores/page-item.ts';
import { createPageStore } from '../../lambdas/stores/pages.ts';
import { somePage, T0 } from '../support/pages.ts';

const TABLE = 'Table';
type Item = Record<string, unknown>;

beforeEach(() => void vi.useFakeTimers({ now: T0 }));
afterEach(() => void vi.useRealTimers());

/**
 * A table whose partition has capacity for `capacity` items a call, and none at all in the first `full` calls. Queries
 * answer with all of them.
 */
function busyTable(items: readonly Item[], capacity: number, full = 0) {
  const times: number[] = [];
  const send = async (command: unknown) => {
    if (!(command instanceof BatchGetCommand)) return { Items: items };
    times.push(Date.now());
    const keys = (command.input.RequestItems?.[TABLE]?.Keys ?? []) as Item[];
    const taken = times.length > full ? capacity : 0;
    const isAsked = (item: Item, among: Item[]) => among.some(({ pk, sk }) => pk === item.pk && sk === item.sk);
    const left = keys.slice(taken);
    return {
      Responses: { [TABLE]: items.filter((item) => isAsked(item, keys.slice(0, taken))) },
      UnprocessedKeys: left.length > 0 ? { [TABLE]: { Keys: left } } : {},
    };
  };
  return { client: { send } as unknown as DynamoDBDocumentClient, times };
}

async function settled<T>(work: Promise<T>): Promise<T> {
  work.catch(() => undefined);
  await vi.runAllTimersAsync();
  return work;
}
const gaps = (times: readonly number[]): number[] => times.slice(1).map((at, i) => at - (times[i] ?? 0));
const some = (count: number) => Array.from({ length: count }, (_, n) => ({ pk: `P#${n}`, sk: 'S' }));

describe('what a batch leaves unread', () => {
  test.each([1, 3, 7])(
    'a batch of ten is read whole, %s items a call, with a wait before every repetition',
    async (capacity) => {
      const { client, times } = busyTable(some(10), capacity);
      const found = await settled(batchGet(client, TABLE, some(10)));
      expect(found.map(({ pk }) => pk).toSorted()).toEqual(some(10).map(({ pk }) => pk));
      expect(times).toHaveLength(Math.ceil(10 / capacity));
      for (const gap of gaps(times)) expect(gap).toBeGreaterThanOrEqual(25);
    },
  );

  test('the wait doubles with every answer that brings nothing, up to a second, and begins anew with one that does', async () => {
    const { client, times } = busyTable(some(2), 1, 7);
    await settled(batchGet(client, TABLE, some(2)));
    const longest = [100, 200, 400, 800, 1_000, 1_000, 1_000, 50];
    expect(times).toHaveLength(longest.length + 1);
    for (const [n, gap] of gaps(times).entries()) {
      expect(gap).toBeGreaterThanOrEqual((longest[n] ?? 0) / 2 - 1);
      expect(gap).toBeLessThanOrEqual((longest[n] ?? 0) + 1);
    }
  });

  test('the waits of two readers differ, so that they do not meet again at the full partition', async () => {
    const waits = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const { client, times } = busyTable(some(2), 2, 4);
        await settled(batchGet(client, TABLE, some(2)));
        return String(gaps(times));
      }),
    );
    expect(new Set(waits).size).toBeGreaterThan(15);
  });

  test('a batch that stays unread ends within seconds, as an error that the caller may repeat', async () => {
    const { client, times } = busyTable(some(3), 0, 99);
    const failure = await settled(batchGet(client, TABLE, some(3)).catch((error: unknown) => error));
    expect(failure).toMatchObject({ name: 'ProvisionedThroughputExceededException' });
    expect(times.length).toBeLessThanOrEqual(10);
    expect((times.at(-1) ?? 0) - T0).toBeLessThan(6_000);
    expect(asProblem(failure)).toMatchObject({ status: 503, headers: { 'Retry-After': '1' } });
  });

  test('more than a hundred keys are asked for a hundred at a time, without a wait between full answers', async () => {
    const { client, times } = busyTable(some(250), 100);
    expect(await settled(batchGet(client, TABLE, some(250)))).toHaveLength(250);
    expect(gaps(times)).toEqual([0, 0]);
  });

  test('no key asks for nothing', async () => {
    const { client, times } = busyTable([], 1);
    expect([await batchGet(client, TABLE, []), times]).toEqual([[], []]);
  });
});

describe('every list that reads in batches waits', () => {
  const pages = Array.from({ length: 5 }, (_, n) => somePage({ id: randomPageId(), createdAt: T0 + n }));

  test('pages by their ids, and those of an incident, come whole and in order', async () => {
    const { client, times } = busyTable(pages.map(toItem), 2);
    const store = createPageStore(client, TABLE);
    expect(await settled(store.getMany(pages.map(({ id }) => id)))).toHaveLength(5);
    expect(await settled(store.ofIncident('INC-1'))).toEqual(pages);
    expect(gaps(times).filter((gap) => gap > 0)).toHaveLength(4);
  });

  test('audit entries of a day come whole and in order', async () => {
    const entry = { dayShard: 'AUDIT#2026-11-22', action: 'page.retried', actor: 'a', at: T0, expiresAt: 1 };
    const entries = Array.from({ length: 3 }, (_, n) => ({
      ...entry,
      pk: 'AUDIT#page/a',
      sk: `2026-11-22#${n}`,
      position: '',
    }));
    const { client, times } = busyTable(entries, 1);
    const found = await settled(createAuditLog(client, TABLE).list({ since: T0, until: T0, limit: 3 }));
    expect(found.map(({ position }) => position)).toEqual(entries.map(({ sk }) => sk));
    expect(gaps(times).every((gap) => gap > 0)).toBe(true);
  });
});
