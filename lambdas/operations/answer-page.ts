import type { AnswerAction } from '../core/page/answer.ts';
import { answer } from '../core/page/answer.ts';
import type { Answer, Page } from '../core/page/page.ts';
import type { PageStore, StopQueue } from '../core/ports.ts';
import { changePage } from './change-page.ts';
import type { StopIncident } from './stop-incident.ts';

export type AnswerPage = (id: string, action: AnswerAction, by: Answer) => Promise<Page | undefined>;

interface Deps {
  pages: PageStore;
  stopIncident: StopIncident;
  stops: StopQueue;
}

/**
 * Acknowledges or resolves the page, and with it the incident for everybody else unless its `ackScope` is "recipient".
 * @returns the page now, whether or not this call was the first; undefined when there is no such page
 */
export function createAnswerPage({ pages, stopIncident, stops }: Deps): AnswerPage {
  return async (id, action, by) => {
    // The page itself first: whoever answers must not hear it again, whatever becomes of the rest.
    const changed = await changePage(pages, id, (page) => ({ page: answer(page, action, by) }));
    if (!changed) return undefined;
    const { incident, ackScope, recipientId } = changed.page;
    if (ackScope === 'incident') await stopIncident(incident.id, action, by, false, recipientId);
    // Nobody else is concerned, but this page may ring in a call just now.
    else await stops.send({ incidentId: incident.id, action, ...by, everyone: false, onlyPage: id }, 0);
    return changed.page;
  };
}
