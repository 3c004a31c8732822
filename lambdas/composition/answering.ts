import { type AnswerIncidents, createAnswerIncidents } from '../use-cases/answer-incidents.ts';
import { type AnswerPage, createAnswerPage } from '../use-cases/answer-page.ts';
import { createStopIncident, type StopIncident } from '../use-cases/stop-incident.ts';
import type { Ports } from './ports.ts';

export type AnsweringPorts = Pick<Ports, 'pages' | 'groups' | 'stops' | 'audit'>;

export interface Answering {
  stopIncident: StopIncident;
  answerPage: AnswerPage;
  answerIncidents: AnswerIncidents;
}

/** Acknowledges and resolves, by whatever way somebody answers. */
export function answering({ pages, groups, stops, audit }: AnsweringPorts): Answering {
  const stopIncident = createStopIncident(pages, stops);
  const answerPage = createAnswerPage({ pages, stopIncident, stops, audit, listed: groups.listed });
  return { stopIncident, answerPage, answerIncidents: createAnswerIncidents(answerPage) };
}
