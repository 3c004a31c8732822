import { apiHandler } from '../runtime/api-handler.ts';
import { dynamo, secretsManager } from '../runtime/aws.ts';
import { parseEnv } from '../runtime/env.ts';
import { createLogger } from '../runtime/logger.ts';
import { createCount } from '../runtime/metrics.ts';
import { createPageStore } from '../stores/pages.ts';
import { createProviderSecret } from '../stores/provider-secret.ts';
import { twilioSmsStatusEnv } from './twilio-sms-status.env.ts';
import { createTwilioSmsStatus } from './twilio-sms-status.ts';

const env = parseEnv(twilioSmsStatusEnv);
const clock = { now: Date.now };
const secret = createProviderSecret(secretsManager(), env.PROVIDER_SECRET_ID, clock);

async function authTokenOf(accountSid: string): Promise<string | undefined> {
  const { twilio } = await secret();
  return twilio.accountSid === accountSid ? twilio.authToken : undefined;
}

export const handler = apiHandler(
  {
    receiveTwilioSmsStatus: createTwilioSmsStatus({
      pages: createPageStore(dynamo(), env.TABLE_NAME),
      authTokenOf,
      publicBaseUrl: env.PUBLIC_BASE_URL,
      clock,
    }),
  },
  { logger: createLogger('twilio-sms-status'), count: createCount('twilio-sms-status') },
);
