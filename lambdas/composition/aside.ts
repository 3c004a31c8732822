import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { sqs } from '../runtime/aws.ts';
import type { Log } from '../runtime/logger.ts';
import type { Count } from '../runtime/metrics.ts';
import { type RecordHandler, sqsHandler } from '../runtime/sqs-handler.ts';
import { asideIfUnreadable } from '../runtime/unreadable.ts';
import { createUnreadable } from '../stores/queues.ts';

interface Env {
  DEAD_LETTER_QUEUE_URL: string;
}

/** A handler of records that puts what nobody can read into the dead letters of its queue. */
export const aside =
  ({ DEAD_LETTER_QUEUE_URL }: Env, { logger }: { logger: Log }) =>
  (handle: RecordHandler): RecordHandler =>
    asideIfUnreadable(handle, { putAside: createUnreadable(sqs(), DEAD_LETTER_QUEUE_URL), logger });

/** The Lambda handler of a queue whose messages are all of one kind: what is none of them goes to its dead letters. */
export const queueHandler = (
  handle: RecordHandler,
  env: Env,
  telemetry: { logger: Log; count: Count },
): ((event: SQSEvent, context: Context) => Promise<SQSBatchResponse>) =>
  sqsHandler(aside(env, telemetry)(handle), telemetry);
