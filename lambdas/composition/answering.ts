import { type AnswerIncident, createAnswerAlarms, createAnswerIncident } from '../use-cases/answer-incident.ts';
import { type AnswerIncidents, createAnswerIncidents } from '../use-cases/answer-incidents.ts';
import { type AnswerPage, createAnswerPage } from '../use-cases/answer-page.ts';
import type { Ports } from './ports.ts';

export type AnsweringPorts = Pick<Ports, 'pages' | 'groups' | 'answerQueue' | 'audit'>;

export interface Answering {
  answerIncident: AnswerIncident;
  answerPage: AnswerPage;
  answerIncidents: AnswerIncidents;
}

/** Acknowledges and resolves, by whatever way somebody answers. */
export function answering({ pages, groups, answerQueue, audit }: AnsweringPorts): Answering {
  const answerAlarms = createAnswerAlarms(pages, answerQueue);
  const answerPage = createAnswerPage({ pages, answerAlarms, answerQueue, audit, listed: groups.listed });
  return {
    answerIncident: createAnswerIncident(answerAlarms, audit),
    answerPage,
    answerIncidents: createAnswerIncidents(answerPage),
  };
}
