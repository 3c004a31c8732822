import type { Page } from '../core/page/page.ts';
import type { PageStore } from '../core/page/ports.ts';
import { updateWithRetry } from './update-with-retry.ts';

/** Losing this often means that something writes the page without end. */
const MAX_ATTEMPTS = 12;

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
  let looks = 0;
  const isStale = () => looks === 1 && start === undefined;
  const done = await updateWithRetry({
    load: () => {
      looks += 1;
      if (looks > 1) return pages.get(id, { consistent: true });
      return start ? Promise.resolve(start) : pages.get(id);
    },
    decide: (page) => {
      if (!page) return undefined;
      const decision = decide(page);
      const next = 'page' in decision ? (decision.page as Page | undefined) : undefined;
      return { page: next ?? page, decision };
    },
    save: async (page, decided) => {
      if (!page || !decided || decided.page === page) return isStale() ? 'conflict' : 'saved';
      await prepare?.(decided.decision);
      return pages.save(page, decided.page);
    },
    maxAttempts: MAX_ATTEMPTS,
  });
  if (!done) throw new Error(`page ${id} changed ${MAX_ATTEMPTS} times while it was being changed`);
  return done.decision;
}
