import { createReceiveReceipt } from '../operations/receive-receipt.ts';
import { apiHandler } from '../runtime/api-handler.ts';
import { dynamo, secretsManager, sqs } from '../runtime/aws.ts';
import { parseEnv } from '../runtime/env.ts';
import { createLogger } from '../runtime/logger.ts';
import { createCount } from '../runtime/metrics.ts';
import { createPageStore } from '../stores/pages.ts';
import { createProviderSecret } from '../stores/provider-secret.ts';
import { createDeliveryQueue } from '../stores/queues.ts';
import { twilioSmsStatusEnv } from './twilio-sms-status.env.ts';
import { createTwilioSmsStatus } from './twilio-sms-status.ts';

const env = parseEnv(twilioSmsStatusEnv);
const clock = { now: Date.now };
const secret = createProviderSecret(secretsManager(), env.PROVIDER_SECRET_ID, clock);

const receiveReceipt = createReceiveReceipt({
  pages: createPageStore(dynamo(), env.TABLE_NAME),
  queue: createDeliveryQueue(sqs(), { urgent: env.SMS_URGENT_QUEUE_URL, normal: env.SMS_NORMAL_QUEUE_URL }),
  clock,
});

async function authTokenOf(accountSid: string): Promise<string | undefined> {
  const { twilio } = await secret();
  return twilio.accountSid === accountSid ? twilio.authToken : undefined;
}

export const handler = apiHandler(
  {
    receiveTwilioSmsStatus: createTwilioSmsStatus({ receiveReceipt, authTokenOf, publicBaseUrl: env.PUBLIC_BASE_URL }),
  },
  { logger: createLogger('twilio-sms-status'), count: createCount('twilio-sms-status') },
);
