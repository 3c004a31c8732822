/** Rows that the version before wrote are read, shown and written back by this one: for minutes both work on one table. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { pageView } from '../../../lambdas/http/views/page.ts';
import { fromItem, toItem } from '../../../lambdas/stores/page-item.ts';
import { flat } from '../../support/pages.ts';

interface Recorded {
  item: Record<string, unknown>;
  deliveries: Record<string, object>;
  view: object;
}

const folder = new URL('../../fixtures/rows/', import.meta.url);
const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
const recorded = (file: string): Recorded[] => JSON.parse(readFileSync(new URL(file, folder), 'utf8'));
const asJson = (value: unknown) => JSON.parse(JSON.stringify(value));

/** Earlier versions left some of these in states that have no use for them; they are carried along unread. */
const LEFT_OVER = new Set(['early', 'deferredUntil', 'deliveredAt', 'failedAt', 'skippedAt', 'skipReason', 'resumes']);

describe.each(files)('recorded rows: %s', (file) => {
  test('there are some', () => expect(recorded(file).length).toBeGreaterThan(0));

  test('every item is the same after it was read and written', () => {
    for (const { item } of recorded(file)) expect(asJson(toItem(fromItem(item)))).toEqual(item);
  });

  test('the API shows every page as it was shown by the version that wrote it', () => {
    for (const { item, view } of recorded(file)) expect(asJson(pageView(fromItem(item)))).toEqual(view);
  });

  test('every delivery has what the version that wrote it read', () => {
    for (const { item, deliveries } of recorded(file)) {
      const page = fromItem(item);
      for (const [key, was] of Object.entries(deliveries)) {
        const {
          events: _,
          newer: __,
          ...is
        } = asJson(flat(Object.entries(page.deliveries).find(([k]) => k === key)?.[1]));
        const fields = Object.entries(was).filter(([name]) => name !== 'newer' && (name in is || !LEFT_OVER.has(name)));
        if (!('error' in is)) expect(fields.filter(([name]) => name === 'error')).toEqual([]);
        expect(is).toEqual(Object.fromEntries(fields.filter(([name]) => name !== 'leaseUntil' || name in is)));
      }
    }
  });
});

test.each([
  ['a priority that is no text', { pr: 7 }, 'pr'],
  ['an answer without a time', { ak: { by: 'Alice', via: 'sms' } }, 'ak'],
  ['a delivery that is FAILED for no reason', { dl: { '1.sms': { s: 'FAILED' } } }, 't'],
  ['no deliveries', { dl: undefined }, 'dl'],
])('a row that is no page is refused with the name of the attribute, and not taken for one: %s', (_, change, name) => {
  const [{ item } = { item: {} }] = recorded('sent.json');
  expect(() => fromItem({ ...item, ...change })).toThrow(`its attribute "${name}" is not what it should be`);
});
