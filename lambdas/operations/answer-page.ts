import type { AnswerAction } from '../core/page/answer.ts';
import { answer } from '../core/page/answer.ts';
import type { Answer, Page } from '../core/page/page.ts';
import type { PageStore } from '../core/ports.ts';
import { changePage } from './change-page.ts';
import type { StopIncident } from './stop-incident.ts';

/**
 * Acknowledges or resolves the page, and with it the incident for everybody else unless its `ackScope` is "recipient".
 * @returns the page now, whether or not this call was the first; undefined when there is no such page
 */
export function createAnswerPage({ pages, stopIncident }: { pages: PageStore; stopIncident: StopIncident }) {
  return async (id: string, action: AnswerAction, by: Answer): Promise<Page | undefined> => {
    // The page itself first: whoever answers must not hear it again, whatever becomes of the rest.
    const changed = await changePage(pages, id, (page) => ({ page: answer(page, action, by) }));
    if (changed?.page.ackScope === 'incident') await stopIncident(changed.page.incident.id, action, by, false);
    return changed?.page;
  };
}
