import { dynamo, sqs } from '../runtime/aws.ts';
import { parseEnv } from '../runtime/env.ts';
import { createLogger } from '../runtime/logger.ts';
import { createCount } from '../runtime/metrics.ts';
import { sqsHandler } from '../runtime/sqs-handler.ts';
import { createDeadLetters, hideFor } from '../stores/queues.ts';
import { composeSms } from './compose-sms.ts';
import { createConsume } from './consume.ts';
import { smsWorkerEnv } from './sms-worker.env.ts';

const env = parseEnv(smsWorkerEnv);
const [logger, count] = [createLogger('sms-worker'), createCount('sms-worker')];
const laneOf = (arn: string) => (arn === env.URGENT_QUEUE_ARN ? env.URGENT_QUEUE_URL : env.NORMAL_QUEUE_URL);

export const handler = sqsHandler(
  createConsume({
    ...composeSms(env, { dynamo: dynamo(), sqs: sqs(), logger, count }),
    isUrgent: ({ eventSourceARN }) => eventSourceARN === env.URGENT_QUEUE_ARN,
    deadLetters: createDeadLetters(sqs(), env.DEAD_LETTER_QUEUE_URL),
    hide: (record, ms) => hideFor(sqs(), laneOf(record.eventSourceARN), record.receiptHandle, ms),
    clock: { now: Date.now },
    logger,
  }),
  { logger, count },
);
