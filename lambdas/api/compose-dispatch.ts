import type * as z from 'zod';
import { rules } from '../core/rules.ts';
import { createDispatch } from '../operations/dispatch.ts';
import { createReserveCode } from '../operations/reserve-code.ts';
import { createRetryPage } from '../operations/retry-page.ts';
import { createStopIncident } from '../operations/stop-incident.ts';
import { dynamo, sqs } from '../runtime/aws.ts';
import { availableIn } from '../runtime/lanes.ts';
import { publishedPages } from '../runtime/publishing.ts';
import { restraintOf } from '../runtime/restraint.ts';
import { createAuditLog } from '../stores/audit.ts';
import { createCodeStore } from '../stores/codes.ts';
import { createDedupeStore } from '../stores/dedupe.ts';
import { createDeliveryQueue, createLooks, createOperationsAlerts, createStopQueue } from '../stores/queues.ts';
import { createRecipientStore } from '../stores/recipients.ts';
import { createWindowStore } from '../stores/windows.ts';
import type { dispatchEnv } from './dispatch.env.ts';

/** What accepts pages and sends them again, over the table and the queues of the environment. */
export function composeDispatch(env: z.output<typeof dispatchEnv>) {
  const clock = { now: Date.now };
  const pages = publishedPages(env, clock);
  const audit = createAuditLog(dynamo(), env.TABLE_NAME);
  const codes = createCodeStore(dynamo(), env.TABLE_NAME, clock);
  const shared = {
    ...{ pages, clock, available: availableIn(env.LANES), rules: rules(env.TIME_SCALE) },
    recipients: createRecipientStore(dynamo(), env.TABLE_NAME),
    queue: createDeliveryQueue(sqs(), env.LANES, env.TIME_SCALE),
    looks: createLooks(sqs(), env.LOOK_QUEUE_URL, env.TIME_SCALE),
  };
  const dispatch = createDispatch({
    ...shared,
    restraint: restraintOf(env, clock),
    dedupe: createDedupeStore(dynamo(), env.TABLE_NAME, clock),
    reserveCode: createReserveCode(codes),
    stopIncident: createStopIncident(pages, createStopQueue(sqs(), env.STOP_QUEUE_URL)),
    audit,
  });
  const alerts = createOperationsAlerts(sqs(), env.ALERT_QUEUE_URL);
  const windows = createWindowStore(dynamo(), env.TABLE_NAME);
  return {
    ...{ ...shared, dispatch, alerts },
    windows: () => windows.list(),
    retryPage: createRetryPage({ ...shared, codes, audit }),
  };
}
