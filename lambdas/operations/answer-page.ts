import type { AnswerAction } from '../core/page/answer.ts';
import { answer, isAnsweredBy } from '../core/page/answer.ts';
import type { Answer, Page } from '../core/page/page.ts';
import type { PageStore, StopQueue } from '../core/ports.ts';
import { changePage } from './change-page.ts';
import type { StopIncident } from './stop-incident.ts';

export interface Answered {
  /** The page now, whether or not this call was the first. */
  page: Page;
  /** Whether this call changed it or any other page: only that is for the audit. */
  changed: boolean;
}

/** @param all also every other page that a message of this one has listed (ADR 12) */
export type AnswerPage = (id: string, action: AnswerAction, by: Answer, all?: boolean) => Promise<Answered | undefined>;

interface Deps {
  pages: PageStore;
  stopIncident: StopIncident;
  stops: StopQueue;
  /** What messages of a page have listed; without it no message lists more than its page. */
  listed?: (id: string) => Promise<string[]>;
}

/** An answer to a hundred pages must not hold a hundred connections. */
const AT_ONCE = 10;

/**
 * Acknowledges or resolves the page, and with it the incident for everybody else unless its `ackScope` is "recipient".
 * @returns undefined when there is no such page
 */
export function createAnswerPage({ pages, stopIncident, stops, listed }: Deps): AnswerPage {
  return async (id, action, by, all = false) => {
    const answered = await answerOne(id, action, by);
    const others = all && listed ? (await listed(id)).filter((other) => other !== id) : [];
    let changed = answered?.changed ?? false;
    for (let i = 0; i < others.length; i += AT_ONCE) {
      const some = await Promise.all(others.slice(i, i + AT_ONCE).map((other) => answerOne(other, action, by)));
      changed ||= some.some((other) => other?.changed);
    }
    return answered && { page: answered.page, changed };
  };

  async function answerOne(id: string, action: AnswerAction, by: Answer): Promise<Answered | undefined> {
    // The page itself first: whoever answers must not hear it again, whatever becomes of the rest.
    const changed = await changePage(pages, id, (page) => ({ page: answer(page, action, by) }));
    if (!changed) return undefined;
    const { incident, ackScope, recipientId } = changed.page;
    const touched = [changed.page];
    if (ackScope === 'incident') touched.push(...(await stopIncident(incident.id, action, by, false, recipientId)));
    // Nobody else is concerned, but this page may ring in a call just now.
    else await stops.send({ incidentId: incident.id, action, ...by, everyone: false, onlyPage: id }, 0);
    return { page: changed.page, changed: touched.some((page) => isAnsweredBy(page, action, by)) };
  }
}
