import { type AnswerAction, isAnsweredBy } from '../core/page/answer.ts';
import type { Page } from '../core/page/page.ts';
import type { Answerer } from '../core/replies/answerer.ts';
import type { Answerable } from '../core/replies/decide.ts';
import type { AnswerPage } from './answer-page.ts';

/** What came of answering incidents: one page for each, as it is now. */
export interface AnsweredIncidents {
  /** The answer that the page has is the one that was just given. */
  mine: Page[];
  /** Somebody else was quicker, or the incident is over: the page says who. */
  others: Page[];
}

export type AnswerIncidents = (
  incidents: readonly Answerable[],
  action: AnswerAction,
  /** Who answers the page; one phone or Slack user may belong to several people. */
  answererOf: (page: Page) => Answerer,
) => Promise<AnsweredIncidents>;

/**
 * Answers each incident by the pages that one person has of it, for every way that may mean several incidents: a text,
 * a Slack command, a call to our number (docs/spec/replies.md#answering). One page answers its incident for all; pages
 * with a scope of their own are answered one by one.
 */
export function createAnswerIncidents(answerPage: AnswerPage): AnswerIncidents {
  return async (incidents, action, answererOf) => {
    const done: AnsweredIncidents = { mine: [], others: [] };
    for (const incident of incidents) {
      const forAll = incident.find(({ ackScope }) => ackScope === 'incident');
      const each = incident.filter((page) => page === forAll || page.ackScope === 'recipient');
      let first: { page: Page; by: Answerer } | undefined;
      for (const page of each) {
        const by = answererOf(page);
        const answered = await answerPage(page.id, action, by, 'page');
        if (answered) first ??= { page: answered.page, by };
      }
      if (first) done[hasAnswer(first.page, action, first.by) ? 'mine' : 'others'].push(first.page);
    }
    return done;
  };
}

/** Whether the page has this very answer. An acknowledgement of an incident that is over answers nothing. */
export const hasAnswer = (page: Page, action: AnswerAction, { answer }: Answerer): boolean =>
  (action === 'resolve' || page.resolved === undefined) && isAnsweredBy(page, action, answer);
