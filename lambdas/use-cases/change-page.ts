import type { Page } from '../core/page/page.ts';
import type { PageStore } from '../core/page/ports.ts';

/** Losing this often means that something writes the page without end. */
const MOST_TRIES = 12;

/**
 * Applies a pure decision to a stored page and writes it, deciding anew on the fresh page whenever somebody else was
 * faster. The first look is a cheap read that may be stale: what it decides is written only if it still holds, and a
 * decision not to write is taken on a consistent read.
 *
 * @param decide gives the next page to write in `page`, or none (or the same) for "nothing to write"
 * @param prepare does what has to be durable before the page is written, e.g. a queue copy; repeated when it is decided anew
 * @param start the page as just read or written by the caller, instead of the first look
 * @returns the page as it is now with what `decide` said last; undefined when there is no such page
 * @throws when the page keeps moving; the caller's queue or client tries again
 */
export async function changePage<D extends object>(
  pages: PageStore,
  id: string,
  decide: (page: Page) => D,
  { start, prepare }: { start?: Page; prepare?: (decision: D) => Promise<void> } = {},
): Promise<{ page: Page; decision: D } | undefined> {
  let consistent = start !== undefined;
  let page = start ?? (await pages.get(id));
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const decision = page && decide(page);
    const next = decision && 'page' in decision ? (decision.page as Page) : page;
    if (page && next && decision && next !== page) {
      await prepare?.(decision);
      if ((await pages.save(page, next)) === 'saved') return { page: next, decision };
    } else if (consistent) {
      return page && decision && { page, decision };
    }
    consistent = true;
    page = await pages.get(id, { consistent });
  }
  throw new Error(`page ${id} changed ${MOST_TRIES} times while it was being changed`);
}
