import { expect, test } from 'vitest';
import type { Page } from '../../../lambdas/core/page/page.ts';
import type { PageStore } from '../../../lambdas/core/page/ports.ts';
import { changePage } from '../../../lambdas/use-cases/change-page.ts';
import { somePage, T0 } from '../../support/pages.ts';

const old = somePage();
const fresh: Page = { ...old, rev: old.rev + 1, acknowledged: { at: T0, by: 'Alice', via: 'api' } };

/** A page as a cheap read and as a consistent one sees it. */
function stored(cheap: Page | undefined, current: Page | undefined) {
  const calls: string[] = [];
  const store: Pick<PageStore, 'get' | 'save'> = {
    get: async (_id, { consistent } = { consistent: false }) => {
      calls.push(consistent ? 'consistent' : 'cheap');
      return consistent ? current : cheap;
    },
    save: async (before) => {
      calls.push('save');
      return before === current ? 'saved' : 'conflict';
    },
  };
  return { calls, pages: store as PageStore };
}
const resolved = (page: Page): Page => ({ ...page, rev: page.rev + 1, resolved: { at: T0, by: 'Bob', via: 'api' } });

test('a change that is decided on a stale page is decided anew on a consistent read', async () => {
  const { pages, calls } = stored(old, fresh);
  const changed = await changePage(pages, old.id, (page) => ({ page: resolved(page) }));
  expect(changed?.page).toEqual(resolved(fresh));
  expect(calls).toEqual(['cheap', 'save', 'consistent', 'save']);
});

test('a change that the cheap read shows no need of is looked for on a consistent read before it is left out', async () => {
  const { pages, calls } = stored(old, fresh);
  const decide = (page: Page) => ({ page: page.acknowledged ? resolved(page) : page });
  expect((await changePage(pages, old.id, decide))?.page).toEqual(resolved(fresh));
  expect(calls).toEqual(['cheap', 'consistent', 'save']);
});

test('a page that a cheap read does not find is looked for by a consistent one', async () => {
  const found = stored(undefined, fresh);
  expect((await changePage(found.pages, old.id, (page) => ({ page })))?.page).toBe(fresh);
  const missing = stored(undefined, undefined);
  expect(await changePage(missing.pages, old.id, (page) => ({ page }))).toBeUndefined();
  expect([found.calls, missing.calls]).toEqual([
    ['cheap', 'consistent'],
    ['cheap', 'consistent'],
  ]);
});

test('a page that the caller has just read is not read again where there is nothing to write', async () => {
  const { pages, calls } = stored(old, fresh);
  expect(await changePage(pages, old.id, () => ({}), { start: old })).toEqual({ page: old, decision: {} });
  expect(calls).toEqual([]);
});

test('a change is prepared before each try to write it', async () => {
  const { pages, calls } = stored(old, fresh);
  const prepare = async () => {
    calls.push('prepare');
  };
  await changePage(pages, old.id, (page) => ({ page: resolved(page) }), { prepare });
  expect(calls).toEqual(['cheap', 'prepare', 'save', 'consistent', 'prepare', 'save']);
});

test('a page that changes whenever it is about to be written is given up with an error', async () => {
  const { pages } = stored(old, fresh);
  pages.save = async () => 'conflict';
  const giveUp = changePage(pages, old.id, (page) => ({ page: resolved(page) }));
  await expect(giveUp).rejects.toThrow(`page ${old.id} changed 12 times`);
});
