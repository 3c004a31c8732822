import type { AnswerAction } from '../core/page/answer.ts';
import { answer } from '../core/page/answer.ts';
import { isAlarm } from '../core/page/kind.ts';
import type { Answer, Page } from '../core/page/page.ts';
import type { PageStore } from '../core/page/ports.ts';
import { isOwnAnswer } from '../core/replies/answerer.ts';
import type { AnswerMessage, AnswerQueue } from '../core/replies/ports.ts';
import { FIXED } from '../core/rules.ts';
import { changePage } from './change-page.ts';

/**
 * @param everyone also pages whose `ackScope` is "recipient", because the whole incident was named
 * @param answeredBy id of the recipient who answered, where known: that one need not be told
 */
export type StopIncident = (
  incidentId: string,
  action: AnswerAction,
  by: Answer,
  everyone: boolean,
  answeredBy?: string,
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
 * may lag, and a caller that dies in between must not leave half an incident ringing (contract §2, "Stopping"). Where
 * something has to follow the answer at once, another one comes before it: calls that ring are cancelled, messages say
 * who has it, others are told.
 */
export function createStopIncident(pages: PageStore, stops: AnswerQueue): StopIncident {
  return async (incidentId, action, by, everyone, answeredBy) => {
    const message: AnswerMessage = { incidentId, action, everyone, ...by, ...(answeredBy && { answeredBy }) };
    await stops.send(message, FIXED.indexLag);
    const answered = await answerAll(pages, message);
    const isFollowed = answered.some((page) => !isOwnAnswer(page.recipientId, message) || hasToFollow(page));
    if (isFollowed) await stops.send(message, 0);
    return answered;
  };
}
