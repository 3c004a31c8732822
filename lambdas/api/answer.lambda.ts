import { publishedPages } from '../composition/publishing.ts';
import { apiHandler } from '../http/api-handler.ts';
import { dynamo, sqs } from '../runtime/aws.ts';
import { parseEnv } from '../runtime/env.ts';
import { createLogger } from '../runtime/logger.ts';
import { createCount } from '../runtime/metrics.ts';
import { createAuditLog } from '../stores/audit.ts';
import { createStopQueue } from '../stores/queues.ts';
import { createAnswerPage } from '../use-cases/answer-page.ts';
import { createStopIncident } from '../use-cases/stop-incident.ts';
import { answerEnv } from './answer.env.ts';
import { createAnswerIncident, createAnswerNotification } from './answer.ts';

const env = parseEnv(answerEnv);
const clock = { now: Date.now };
const pages = publishedPages(env, clock);
const stops = createStopQueue(sqs(), env.STOP_QUEUE_URL);
const stopIncident = createStopIncident(pages, stops);
const audit = createAuditLog(dynamo(), env.TABLE_NAME);
const deps = { stopIncident, answerPage: createAnswerPage({ pages, stopIncident, stops, audit }), audit, clock };

export const handler = apiHandler(
  {
    acknowledgeNotification: createAnswerNotification('acknowledge', deps),
    resolveNotification: createAnswerNotification('resolve', deps),
    acknowledgeIncident: createAnswerIncident('acknowledge', deps),
    resolveIncident: createAnswerIncident('resolve', deps),
  },
  { logger: createLogger('answer'), count: createCount('answer') },
);
