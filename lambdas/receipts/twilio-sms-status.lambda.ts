import { receiving } from '../composition/receipts.ts';
import { apiHandler } from '../http/api-handler.ts';
import { secretsManager } from '../runtime/aws.ts';
import { parseEnv } from '../runtime/env.ts';
import { createLogger } from '../runtime/logger.ts';
import { createCount } from '../runtime/metrics.ts';
import { authTokens, createProviderSecret } from '../stores/provider-secret.ts';
import { NO_CALLS } from '../use-cases/receive-receipt.ts';
import { twilioSmsStatusEnv } from './twilio-sms-status.env.ts';
import { createTwilioSmsStatus } from './twilio-sms-status.ts';

const env = parseEnv(twilioSmsStatusEnv);
const telemetry = { logger: createLogger('twilio-sms-status'), count: createCount('twilio-sms-status') };
const clock = { now: Date.now };
const secret = createProviderSecret(secretsManager(), env.PROVIDER_SECRET_ID, clock);

const { receiveReceipt } = receiving(env, telemetry, clock, NO_CALLS);

export const handler = apiHandler(
  {
    receiveTwilioSmsStatus: createTwilioSmsStatus({
      receiveReceipt,
      authTokenOf: authTokens(secret),
      publicBaseUrl: env.PUBLIC_BASE_URL,
    }),
  },
  telemetry,
);
