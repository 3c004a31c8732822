import { answeredAction } from '../core/audit/actions.ts';
import type { AuditLog } from '../core/audit/ports.ts';
import type { AnswerAction } from '../core/page/answer.ts';
import { answer, isAnsweredBy } from '../core/page/answer.ts';
import { isAlarm } from '../core/page/kind.ts';
import type { Answer, Page } from '../core/page/page.ts';
import type { PageStore } from '../core/page/ports.ts';
import { type Answerer, auditOf, isOwnAnswer } from '../core/replies/answerer.ts';
import type { AnswerMessage, AnswerQueue } from '../core/replies/ports.ts';
import { FIXED } from '../core/rules.ts';
import { changePage } from './change-page.ts';

/**
 * `shared`: pages that are answered for all recipients; `incident`: the whole incident was named, so pages of any
 * scope.
 */
export type AnswerScope = 'shared' | 'incident';

/** @returns all alarms of the incident as they are now */
export type AnswerAlarms = (
  incidentId: string,
  action: AnswerAction,
  by: Pick<Answerer, 'answer' | 'recipientId'>,
  scope: AnswerScope,
) => Promise<Page[]>;

/**
 * One pass over what was answered: the named page, or all alarms of the incident created up to `by.at`. Returns all
 * alarms of the incident as they are now.
 */
export async function answerAll(
  pages: PageStore,
  { incidentId, action, everyone, onlyPage, ...by }: AnswerMessage,
): Promise<Page[]> {
  const answered: Answer = { at: by.at, by: by.by, via: by.via };
  const known = (await pages.ofIncident(incidentId)).filter(isAlarm);
  return Promise.all(
    known.map(async (page) => {
      const isNamed = onlyPage === undefined ? everyone || page.ackScope === 'incident' : page.id === onlyPage;
      if (page.createdAt > by.at || !isNamed) return page;
      const changed = await changePage(pages, page.id, (current) => ({ page: answer(current, action, answered) }), {
        start: page,
      });
      return changed?.page ?? page;
    }),
  );
}

/** A call that may ring, a message that shows buttons; the post in a team's channel comes with one. */
const hasToFollow = ({ deliveries }: Page): boolean =>
  Object.values(deliveries).some(({ channel, claims }) => claims > 0 && (channel === 'voice' || channel === 'slack'));

/**
 * Answers an incident for everybody paged about it. The second pass is ordered before the first one runs: the index
 * may lag, and a caller that dies in between must not leave half an incident ringing (docs/spec/replies.md#stopping).
 * Where something has to follow the answer at once, another one comes before it: calls that ring are cancelled,
 * messages say who has it, others are told.
 */
export function createAnswerAlarms(pages: PageStore, answerQueue: AnswerQueue): AnswerAlarms {
  return async (incidentId, action, { answer: by, recipientId: answeredBy }, scope) => {
    const everyone = scope === 'incident';
    const message: AnswerMessage = { incidentId, action, everyone, ...by, ...(answeredBy && { answeredBy }) };
    await answerQueue.send(message, FIXED.indexLag);
    const answered = await answerAll(pages, message);
    const isFollowed = answered.some((page) => !isOwnAnswer(page.recipientId, message) || hasToFollow(page));
    if (isFollowed) await answerQueue.send(message, 0);
    return answered;
  };
}

/** @returns all alarms of the incident as they are now; none where no page of it is known */
export type AnswerIncident = (incidentId: string, action: AnswerAction, by: Answerer) => Promise<Page[]>;

/**
 * Answers an incident that was named as such: by a call of the API, or by a dispatch of type acknowledgment or
 * resolution. An answer that changed a page is in the audit.
 */
export function createAnswerIncident(answerAlarms: AnswerAlarms, audit: AuditLog): AnswerIncident {
  return async (incidentId, action, by) => {
    const pages = await answerAlarms(incidentId, action, by, 'incident');
    if (pages.some((page) => isAnsweredBy(page, action, by.answer))) {
      const entry = auditOf(by, `incident/${incidentId}`, answeredAction('incident', action));
      // A dispatch may be repeated, with the same time.
      await audit.record(entry, by.answer.via === 'dispatch' ? 'once' : undefined);
    }
    return pages;
  };
}
