import type { AnswerAction } from '../core/page/answer.ts';
import { answer } from '../core/page/answer.ts';
import type { Answer, Page } from '../core/page/page.ts';
import type { PageStore, StopMessage, StopQueue } from '../core/ports.ts';
import { FIXED } from '../core/rules.ts';
import { changePage } from './change-page.ts';

/** @param everyone also pages whose `ackScope` is "recipient", because the whole incident was named */
export type StopIncident = (incidentId: string, action: AnswerAction, by: Answer, everyone: boolean) => Promise<Page[]>;

/** News about an answer is no alarm: it is delivered, not answered. */
const isAlarm = (page: Page): boolean => page.type === 'new_incident' || page.type === 'escalation';

/** One pass over the incident: answers every alarm created up to `by.at`. Returns all its alarms as they are now. */
export async function answerAll(
  pages: PageStore,
  { incidentId, action, everyone, ...by }: StopMessage,
): Promise<Page[]> {
  const known = (await pages.ofIncident(incidentId)).filter(isAlarm);
  return Promise.all(
    known.map(async (page) => {
      const isMeant = page.createdAt <= by.at && (everyone || page.ackScope === 'incident');
      if (!isMeant) return page;
      const changed = await changePage(pages, page.id, (current) => ({ page: answer(current, action, by) }), {
        start: page,
      });
      return changed?.page ?? page;
    }),
  );
}

/**
 * Answers an incident for everybody paged about it. The second pass is ordered before the first one runs: the index
 * may lag, and a caller that dies in between must not leave half an incident ringing (contract §2, "Stopping").
 */
export function createStopIncident(pages: PageStore, stops: StopQueue): StopIncident {
  return async (incidentId, action, by, everyone) => {
    const message: StopMessage = { incidentId, action, everyone, ...by };
    await stops.send(message, FIXED.indexLag);
    return answerAll(pages, message);
  };
}
