import { answeringTexts } from '../composition/answering-texts.ts';
import { apiHandler } from '../http/api-handler.ts';
import { secretsManager } from '../runtime/aws.ts';
import { parseEnv } from '../runtime/env.ts';
import { createLogger } from '../runtime/logger.ts';
import { createCount } from '../runtime/metrics.ts';
import { authTokens, createProviderSecret } from '../stores/provider-secret.ts';
import { twilioSmsInboundEnv } from './twilio-sms-inbound.env.ts';
import { createTwilioSmsInbound } from './twilio-sms-inbound.ts';

const env = parseEnv(twilioSmsInboundEnv);
const telemetry = { logger: createLogger('twilio-sms-inbound'), count: createCount('twilio-sms-inbound') };
const clock = { now: Date.now };
const secret = createProviderSecret(secretsManager(), env.PROVIDER_SECRET_ID, clock);

const receiveTwilioSmsInbound = createTwilioSmsInbound({
  ...answeringTexts(env, clock, telemetry),
  authTokenOf: authTokens(secret),
  publicBaseUrl: env.PUBLIC_BASE_URL,
  clock,
});

export const handler = apiHandler({ receiveTwilioSmsInbound }, telemetry);
