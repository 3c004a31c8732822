import { FIXED, rules } from '../core/rules.ts';
import { createTwilioSms } from '../providers/sms/twilio.ts';
import { dynamo, secretsManager, sqs } from '../runtime/aws.ts';
import { parseEnv } from '../runtime/env.ts';
import { createLogger } from '../runtime/logger.ts';
import { createCount } from '../runtime/metrics.ts';
import { sqsHandler } from '../runtime/sqs-handler.ts';
import { createPageStore } from '../stores/pages.ts';
import { createProviderSecret } from '../stores/provider-secret.ts';
import { createDeadLetters, createDeliveryQueue, hideFor } from '../stores/queues.ts';
import { callbackUrl } from './callback-url.ts';
import { createConsume } from './consume.ts';
import { createDeliver } from './deliver.ts';
import { smsWorkerEnv } from './sms-worker.env.ts';

const env = parseEnv(smsWorkerEnv);
const logger = createLogger('sms-worker');
const clock = { now: Date.now };
const secret = createProviderSecret(secretsManager(), env.PROVIDER_SECRET_ID, clock);
const lanes = { urgent: env.URGENT_QUEUE_URL, normal: env.NORMAL_QUEUE_URL };
const deadLetters = createDeadLetters(sqs(), env.DEAD_LETTER_QUEUE_URL);

const twilio = createTwilioSms({
  credentials: async () => (await secret()).twilio,
  ...(env.TWILIO_API_URL && { apiUrl: env.TWILIO_API_URL }),
  callbackUrl: callbackUrl(env.PUBLIC_BASE_URL, env.TWILIO_API_URL, '/webhooks/twilio/sms/status'),
  timeoutMs: FIXED.providerTimeout,
});
const deliver = createDeliver({
  pages: createPageStore(dynamo(), env.TABLE_NAME),
  queue: createDeliveryQueue(sqs(), lanes, env.TIME_SCALE),
  deadLetters,
  chain: [twilio],
  rules: rules(env.TIME_SCALE),
  clock,
  random: Math.random,
});
const laneOf = (arn: string) => (arn === env.URGENT_QUEUE_ARN ? lanes.urgent : lanes.normal);

export const handler = sqsHandler(
  createConsume({
    deliver,
    deadLetters,
    hide: (record, ms) => hideFor(sqs(), laneOf(record.eventSourceARN), record.receiptHandle, ms),
    clock,
    logger,
  }),
  { logger, count: createCount('sms-worker') },
);
