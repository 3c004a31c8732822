/** An index may name a page for some time after its item has expired: lists go on behind it. */
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Page } from '../../lambdas/core/page/page.ts';
import type { PageQuery } from '../../lambdas/core/page/ports.ts';
import { createPageStore } from '../../lambdas/stores/pages.ts';
import { startTable, TABLE } from '../support/dynalite.ts';
import { somePage, T0 } from '../support/pages.ts';

let table: Awaited<ReturnType<typeof startTable>>;
const idOf = (letter: string) => `pg_${letter.repeat(16)}`;
const LETTERS = ['a', 'b', 'c', 'd', 'e', 'f'];

beforeAll(async () => {
  table = await startTable();
  const pages = createPageStore(table.client, TABLE);
  for (const [i, letter] of LETTERS.entries()) {
    await pages.create(somePage({ id: idOf(letter), createdAt: T0 - i * 60_000 }));
  }
});
afterAll(() => table.stop());

/** The table as it is once these items are gone and the index has not heard of it. */
function without(gone: readonly string[]): DynamoDBDocumentClient {
  const isGone = ({ pk }: { pk?: unknown }) => gone.some((letter) => String(pk).includes(letter.repeat(16)));
  return new Proxy(table.client, {
    get: (client, name) =>
      name !== 'send'
        ? Reflect.get(client, name)
        : async (command: Parameters<DynamoDBDocumentClient['send']>[0]) => {
            const answer = (await client.send(command)) as { Responses?: Record<string, { pk?: unknown }[]> };
            const { Responses } = answer;
            if (!Responses) return answer;
            const left = (Responses[TABLE] ?? []).filter((item) => !isGone(item));
            return { ...answer, Responses: { [TABLE]: left } };
          },
  });
}

const letters = (pages: readonly Page[]) => pages.map(({ id }) => id.at(-1)).join('');
const { incident, recipientId } = somePage();
const RANGE = { since: T0 - 86_400_000, until: T0 };

test.each<[string, PageQuery['by']]>([
  ['all pages', 'time'],
  ['the pages of an incident', { incidentId: incident.id }],
  ['the pages of a recipient', { recipientId }],
])('a list of %s is full while there are pages, whichever have expired', async (_, by) => {
  for (const [gone, limit, expected] of [
    [['b'], 2, 'ac'],
    [['a', 'b', 'c'], 2, 'de'],
    [['f'], 5, 'abcde'],
    [['e', 'f'], 5, 'abcd'],
    [LETTERS, 3, ''],
  ] as const) {
    const pages = createPageStore(without(gone), TABLE);
    expect(letters(await pages.list({ by, ...RANGE, limit }))).toBe(expected);
  }
});

test('a list goes on behind its last page when that page expires', async () => {
  const pages = createPageStore(without(['b', 'c']), TABLE);
  const after = `${T0 - 60_000}#${'b'.repeat(16)}`;
  expect(letters(await pages.list({ by: 'time', ...RANGE, limit: 2, after }))).toBe('de');
});
