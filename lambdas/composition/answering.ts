import type { Clock } from '../core/clock.ts';
import { dynamo, sqs } from '../runtime/aws.ts';
import { createAuditLog } from '../stores/audit.ts';
import { createGroupStore } from '../stores/groups.ts';
import { createStopQueue } from '../stores/queues.ts';
import { createRecipientStore } from '../stores/recipients.ts';
import { createAnswerIncidents } from '../use-cases/answer-incidents.ts';
import { createAnswerPage } from '../use-cases/answer-page.ts';
import { createStopIncident } from '../use-cases/stop-incident.ts';
import { publishedPages } from './publishing.ts';

interface Env {
  TABLE_NAME: string;
  EVENT_BUS_NAME: string;
  STOP_QUEUE_URL: string;
}

/** What every way of answering needs, over the table and the queue of the second pass. */
export function answering(env: Env, clock: Clock) {
  const pages = publishedPages(env, clock);
  const stops = createStopQueue(sqs(), env.STOP_QUEUE_URL);
  const stopIncident = createStopIncident(pages, stops);
  const groups = createGroupStore(dynamo(), env.TABLE_NAME);
  const audit = createAuditLog(dynamo(), env.TABLE_NAME);
  const answerPage = createAnswerPage({ pages, stopIncident, stops, audit, listed: groups.listed });
  return {
    pages,
    groups,
    answerPage,
    answerIncidents: createAnswerIncidents(answerPage),
    recipients: createRecipientStore(dynamo(), env.TABLE_NAME),
    audit,
    clock,
  };
}
