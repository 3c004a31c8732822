import { answeredAction } from '../core/audit/actions.ts';
import type { AuditLog } from '../core/audit/ports.ts';
import type { AnswerAction } from '../core/page/answer.ts';
import { answer, isAnsweredBy } from '../core/page/answer.ts';
import type { Answer, Page } from '../core/page/page.ts';
import type { PageStore } from '../core/page/ports.ts';
import { standIns } from '../core/page/supersede.ts';
import { type Answerer, auditOf } from '../core/replies/answerer.ts';
import type { AnswerQueue } from '../core/replies/ports.ts';
import type { AnswerAlarms } from './answer-incident.ts';
import { changePage } from './change-page.ts';

/** `message`: also every other page that a message of this one has listed (ADR 12). */
export type AnswerCovers = 'page' | 'message';

export type AnswerPage = (
  id: string,
  action: AnswerAction,
  by: Answerer,
  covers: AnswerCovers,
) => Promise<{ page: Page } | undefined>;

interface Deps {
  pages: PageStore;
  answerAlarms: AnswerAlarms;
  answerQueue: AnswerQueue;
  audit: AuditLog;
  /** What messages of a page have listed. */
  listed: (id: string) => Promise<string[]>;
}

/** An answer to a hundred pages must not hold a hundred connections. */
const AT_ONCE = 10;

/**
 * Acknowledges or resolves the page, and with it the incident for everybody else unless its `ackScope` is "recipient".
 * An answer that changed the page, or any other page, is in the audit.
 * @returns the page as it is now, whether or not this call was the first; undefined when there is no such page
 */
export function createAnswerPage({ pages, answerAlarms, answerQueue, audit, listed }: Deps): AnswerPage {
  return async (id, action, by, covers) => {
    const answered = await answerOne(id, action, by);
    const others = covers === 'message' ? (await listed(id)).filter((other) => other !== id) : [];
    let changed = answered?.changed ?? false;
    for (let i = 0; i < others.length; i += AT_ONCE) {
      const some = await Promise.all(others.slice(i, i + AT_ONCE).map((other) => answerOne(other, action, by)));
      changed ||= some.some((other) => other?.changed);
    }
    if (answered && changed) await audit.record(auditOf(by, `page/${id}`, answeredAction('page', action)));
    return answered && { page: answered.page };
  };

  async function answerOne(
    id: string,
    action: AnswerAction,
    answerer: Answerer,
  ): Promise<{ page: Page; changed: boolean } | undefined> {
    const { answer: by, recipientId: answeredBy } = answerer;
    // The page itself first: whoever answers must not hear it again, whatever becomes of the rest.
    const changed = await changePage(pages, id, (page) => ({ page: answer(page, action, by) }));
    if (!changed) return undefined;
    const { incident, ackScope } = changed.page;
    let known: Page[];
    if (ackScope === 'incident') {
      known = await answerAlarms(incident.id, action, answerer, 'shared');
    } else {
      // No other page is concerned, but this one may ring in a call just now, and its recipient may not be who answered.
      const message = { incidentId: incident.id, action, ...by, everyone: false, onlyPage: id };
      await answerQueue.send(answeredBy === undefined ? message : { ...message, answeredBy }, 0);
      known = await pages.ofIncident(incident.id);
    }
    const linked = await unansweredStandIns(changed.page, known, action, by);
    const others = await Promise.all(linked.map((other) => answerOne(other.id, action, answerer)));
    const isAnswered = [changed.page, ...known].some((page) => isAnsweredBy(page, action, by));
    return { page: changed.page, changed: isAnswered || others.some((other) => other?.changed) };
  }

  /**
   * A page and the louder one that took its place are the same to their reader, whatever their scopes: an answer to one
   * of them is an answer to both (ADR 15). Each is answered once, so following them from page to page comes to an end.
   */
  async function unansweredStandIns(page: Page, known: readonly Page[], action: AnswerAction, by: Answer) {
    // The index may not have the louder page yet.
    const louder = page.superseded && (await pages.get(page.superseded.by, { consistent: true }));
    return standIns(page, louder ? [...known, louder] : known).filter((one) => answer(one, action, by) !== one);
  }
}
