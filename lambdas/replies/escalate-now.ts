import type { Answer, Page } from '../core/page/page.ts';
import type { PageStore } from '../core/page/ports.ts';
import { changePage } from '../use-cases/change-page.ts';
import type { EscalateToNext } from '../use-cases/escalate-to-next.ts';

/**
 * Key 9 (docs/spec/escalation.md#follow-ups): the next people are paged at once, or operations told where the page
 * names nobody, and the page stays open. The people first, so that a crash in between pages them again rather than
 * never; they are paged once however often it is repeated.
 * @returns whether this call did it
 */
export function createEscalateNow({ pages, escalateToNext }: { pages: PageStore; escalateToNext: EscalateToNext }) {
  return async (page: Page, { at, by }: Answer): Promise<boolean> => {
    if (page.passedOn) return false;
    await escalateToNext(page);
    const changed = await changePage(pages, page.id, (current) =>
      current.passedOn ? {} : { page: { ...current, rev: current.rev + 1, passedOn: { at, by } } },
    );
    return changed?.decision.page !== undefined;
  };
}
