import { randomUUID } from 'node:crypto';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { type RecordHandler, sqsHandler } from '../../runtime/sqs-handler.ts';
import { asideIfUnreadable } from '../../runtime/unreadable.ts';
import { createRunLeases } from '../../stores/leases.ts';
import { createUnreadable } from '../../stores/queues.ts';
import type { Run } from '../ports.ts';
import { runAlone } from '../run-alone.ts';
import { dynamo, sqs } from './clients.ts';
import type { TableEnv } from './table.ts';

interface QueueEnv {
  DEAD_LETTER_QUEUE_URL: string;
}

/** A handler of records that puts what nobody can read into the dead letters of its queue. */
export const aside =
  ({ DEAD_LETTER_QUEUE_URL }: QueueEnv, { logger }: Pick<Run, 'logger'>) =>
  (handle: RecordHandler): RecordHandler =>
    asideIfUnreadable(handle, { putAside: createUnreadable(sqs(), DEAD_LETTER_QUEUE_URL), logger });

/** The Lambda handler of a queue whose messages are all of one kind: what is none of them goes to its dead letters. */
export const queueHandler = (
  handle: RecordHandler,
  env: QueueEnv,
  run: Run,
): ((event: SQSEvent, context: Context) => Promise<SQSBatchResponse>) => sqsHandler(aside(env, run)(handle), run);

/** Makes scheduled runs of one name exclude each other, by a lease in the table. */
export function alone({ TABLE_NAME }: TableEnv, { logger, clock }: Pick<Run, 'logger' | 'clock'>) {
  const deps = {
    leases: createRunLeases(dynamo(), TABLE_NAME),
    clock,
    newId: randomUUID,
    leftOut: (run: string) => logger.warn('the run is left out: another one is under way', { run }),
  };
  return (name: string, run: () => Promise<void>) => runAlone(deps, name, run);
}
