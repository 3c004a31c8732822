import { rules } from '../core/rules.ts';
import { createDispatch } from '../operations/dispatch.ts';
import { createReserveCode } from '../operations/reserve-code.ts';
import { createStopIncident } from '../operations/stop-incident.ts';
import { apiHandler } from '../runtime/api-handler.ts';
import { dynamo, sqs } from '../runtime/aws.ts';
import { parseEnv } from '../runtime/env.ts';
import { availableIn } from '../runtime/lanes.ts';
import { createLogger } from '../runtime/logger.ts';
import { createCount } from '../runtime/metrics.ts';
import { createCodeStore } from '../stores/codes.ts';
import { createDedupeStore } from '../stores/dedupe.ts';
import { createPageStore } from '../stores/pages.ts';
import { createDeliveryQueue, createLooks, createStopQueue } from '../stores/queues.ts';
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
  queue: createDeliveryQueue(sqs(), env.LANES),
  looks: createLooks(sqs(), env.LOOK_QUEUE_URL, env.TIME_SCALE),
  rules: rules(env.TIME_SCALE),
  reserveCode: createReserveCode(createCodeStore(dynamo(), env.TABLE_NAME, clock)),
  stopIncident: createStopIncident(pages, createStopQueue(sqs(), env.STOP_QUEUE_URL)),
  available: availableIn(env.LANES),
});

export const handler = apiHandler(
  { dispatchNotification: createDispatchHandler({ dispatch, logger, count }) },
  { logger, count },
);
