/** The ports that are queues, each over the URL of an environment. */

import type { Lanes } from '../../runtime/lanes-env.ts';
import { createDeadLetterQueue } from '../../stores/dead-letter-queue.ts';
import {
  createAlertQueue,
  createAnswerQueue,
  createDeadLetters,
  createDeliveryQueue,
  createEscalationChecks,
  createInboundQueue,
  createOperationsAlerts,
  createReceiptCheckQueue,
  createRedriveQueue,
} from '../../stores/queues.ts';
import { createReleases } from '../../stores/releases.ts';
import { createReleaseSchedules } from '../../stores/schedules.ts';
import { scheduler, sqs } from './clients.ts';

interface Scaled {
  TIME_SCALE: number;
}

export const queue = (env: { LANES: Lanes } & Scaled) => createDeliveryQueue(sqs(), env.LANES, env.TIME_SCALE);
export const escalationChecks = (env: { ESCALATION_CHECK_QUEUE_URL: string } & Scaled) =>
  createEscalationChecks(sqs(), env.ESCALATION_CHECK_QUEUE_URL, env.TIME_SCALE);
export const answerQueue = (env: { ANSWER_QUEUE_URL: string }) => createAnswerQueue(sqs(), env.ANSWER_QUEUE_URL);
export const receiptChecks = (env: { RECEIPT_CHECK_QUEUE_URL: string } & Scaled) =>
  createReceiptCheckQueue(sqs(), env.RECEIPT_CHECK_QUEUE_URL, env.TIME_SCALE);
export const alerts = (env: { ALERT_QUEUE_URL: string }) => createOperationsAlerts(sqs(), env.ALERT_QUEUE_URL);
/** The queue of alerts for messages that are never delayed. */
export const news = (env: { ALERT_QUEUE_URL: string }) => createAlertQueue(sqs(), env.ALERT_QUEUE_URL);
export const alertQueue = (env: { ALERT_QUEUE_URL: string } & Scaled) =>
  createAlertQueue(sqs(), env.ALERT_QUEUE_URL, env.TIME_SCALE);
export const releases = (env: { RELEASE_QUEUE_URL: string }) => createReleases(sqs(), env.RELEASE_QUEUE_URL);
export const schedules = (env: { RELEASE_QUEUE_ARN: string; SCHEDULE_ROLE_ARN: string }) =>
  createReleaseSchedules(scheduler(), { queueArn: env.RELEASE_QUEUE_ARN, roleArn: env.SCHEDULE_ROLE_ARN });
export const orderInbound = (env: { INBOUND_QUEUE_URL: string }) => createInboundQueue(sqs(), env.INBOUND_QUEUE_URL);
export const redriveQueue = (env: { REDRIVE_QUEUE_URL: string }) => createRedriveQueue(sqs(), env.REDRIVE_QUEUE_URL);
export const deadLetterQueue = (env: { DEAD_LETTERS: Parameters<typeof createDeadLetterQueue>[1] }) =>
  createDeadLetterQueue(sqs(), env.DEAD_LETTERS);
export const deadLetters = (env: { DEAD_LETTER_QUEUE_URL: string }) =>
  createDeadLetters(sqs(), env.DEAD_LETTER_QUEUE_URL);
