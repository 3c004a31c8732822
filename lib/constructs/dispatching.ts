import type { Construct } from 'constructs';
import type { $ZodObject } from 'zod/v4/core';
import type { DataStack } from '../data-stack.ts';
import type { Fn } from './fn.ts';

type Data = Pick<DataStack, 'table' | 'channels' | 'escalationChecks' | 'stops' | 'events' | 'suppression'>;

/** What a function that dispatches pages reads (lambdas/runtime/queueing-env.ts). */
export const dispatchEnvironment = (scope: Construct, data: Data) => ({
  ...data.events.environment,
  ...data.suppression.environment,
  TABLE_NAME: data.table.tableName,
  TIME_SCALE: '1',
  LANES: data.channels.lanesFor(scope),
  ESCALATION_CHECK_QUEUE_URL: data.escalationChecks.queueUrl,
  ANSWER_QUEUE_URL: data.stops.queueUrl,
});

/** Writing pages, holding them, queueing their deliveries, and answering an incident whose answer is dispatched. */
export function grantDispatch(fn: Fn<$ZodObject>, data: Data): void {
  data.table.grantItems(fn, 'GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem');
  data.table.grantQuery(fn, 'byIncident');
  data.channels.grantSend(fn);
  data.events.grantPut(fn);
  data.suppression.grantHold(fn);
  for (const queue of [data.escalationChecks, data.stops]) queue.grant(fn, 'sqs:SendMessage');
}
