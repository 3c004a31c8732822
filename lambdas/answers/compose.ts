import type { Clock } from '../core/ports.ts';
import { createAnswerPage } from '../operations/answer-page.ts';
import { createStopIncident } from '../operations/stop-incident.ts';
import { dynamo, sqs } from '../runtime/aws.ts';
import { createAuditLog } from '../stores/audit.ts';
import { createPageStore } from '../stores/pages.ts';
import { createStopQueue } from '../stores/queues.ts';
import { createRecipientStore } from '../stores/recipients.ts';

/** What every way of answering needs, over the table and the queue of the second pass. */
export function answering(table: string, stopQueueUrl: string, clock: Clock) {
  const pages = createPageStore(dynamo(), table);
  const stops = createStopQueue(sqs(), stopQueueUrl);
  const stopIncident = createStopIncident(pages, stops);
  return {
    pages,
    answerPage: createAnswerPage({ pages, stopIncident, stops }),
    recipients: createRecipientStore(dynamo(), table),
    audit: createAuditLog(dynamo(), table),
    clock,
  };
}
