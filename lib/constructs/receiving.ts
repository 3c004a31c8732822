import type { Construct } from 'constructs';
import type { $ZodObject } from 'zod/v4/core';
import type { DataStack } from '../data-stack.ts';
import type { Fn } from './fn.ts';

type Data = Pick<DataStack, 'table' | 'channels' | 'escalationChecks' | 'alerts' | 'events'>;

/** What a function that hears receipts reads (lambdas/runtime/queueing-env.ts). */
export const receiptEnvironment = (scope: Construct, data: Data) => ({
  ...data.events.environment,
  TABLE_NAME: data.table.tableName,
  TIME_SCALE: '1',
  LANES: data.channels.lanesFor(scope),
  ESCALATION_CHECK_QUEUE_URL: data.escalationChecks.queueUrl,
  ALERT_QUEUE_URL: data.alerts.queueUrl,
});

/** Writing pages, recipients who opt out and the audit; queueing what came back for the next provider. */
export function grantReceipts(fn: Fn<$ZodObject>, data: Data): void {
  data.table.grantItems(fn, 'GetItem', 'PutItem', 'UpdateItem');
  data.table.grantQuery(fn, 'items');
  data.channels.grantSend(fn);
  data.events.grantPut(fn);
  for (const queue of [data.escalationChecks, data.alerts]) queue.grant(fn, 'sqs:SendMessage');
}
