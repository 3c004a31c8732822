import type { Channel } from '../core/page/page.ts';
import { createDispatch } from '../operations/dispatch.ts';
import { createReserveCode } from '../operations/reserve-code.ts';
import { createStopIncident } from '../operations/stop-incident.ts';
import { apiHandler } from '../runtime/api-handler.ts';
import { dynamo, sqs } from '../runtime/aws.ts';
import { parseEnv } from '../runtime/env.ts';
import { createLogger } from '../runtime/logger.ts';
import { createCount } from '../runtime/metrics.ts';
import { createCodeStore } from '../stores/codes.ts';
import { createDedupeStore } from '../stores/dedupe.ts';
import { createPageStore } from '../stores/pages.ts';
import { createDeliveryQueue, createStopQueue } from '../stores/queues.ts';
import { createRecipientStore } from '../stores/recipients.ts';
import { dispatchEnv } from './dispatch.env.ts';
import { createDispatchHandler } from './dispatch.ts';

const env = parseEnv(dispatchEnv);
const [logger, count] = [createLogger('dispatch'), createCount('dispatch')];
const clock = { now: Date.now };
const pages = createPageStore(dynamo(), env.TABLE_NAME);
const dispatch = createDispatch({
  pages,
  clock,
  recipients: createRecipientStore(dynamo(), env.TABLE_NAME),
  dedupe: createDedupeStore(dynamo(), env.TABLE_NAME, clock),
  queue: createDeliveryQueue(sqs(), { urgent: env.SMS_URGENT_QUEUE_URL, normal: env.SMS_NORMAL_QUEUE_URL }),
  reserveCode: createReserveCode(createCodeStore(dynamo(), env.TABLE_NAME, clock)),
  stopIncident: createStopIncident(pages, createStopQueue(sqs(), env.STOP_QUEUE_URL)),
  available: new Set<Channel>(['sms']),
});

export const handler = apiHandler(
  { dispatchNotification: createDispatchHandler({ dispatch, logger, count }) },
  { logger, count },
);
