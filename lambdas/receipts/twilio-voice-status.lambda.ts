import { receiving } from '../composition/receipts.ts';
import { deployedWording } from '../composition/wording.ts';
import { FIXED } from '../core/rules.ts';
import { apiHandler } from '../http/api-handler.ts';
import { createTwilioVoice } from '../providers/voice/twilio-voice.ts';
import { dynamo, secretsManager } from '../runtime/aws.ts';
import { parseEnv } from '../runtime/env.ts';
import { createLogger } from '../runtime/logger.ts';
import { createCount } from '../runtime/metrics.ts';
import { createCallLines } from '../stores/leases.ts';
import { authTokens, createProviderSecret } from '../stores/provider-secret.ts';
import { twilioVoiceStatusEnv } from './twilio-voice-status.env.ts';
import { createTwilioVoiceStatus } from './twilio-voice-status.ts';

const env = parseEnv(twilioVoiceStatusEnv);
const telemetry = { logger: createLogger('twilio-voice-status'), count: createCount('twilio-voice-status') };
const clock = { now: Date.now };
const secret = createProviderSecret(secretsManager(), env.PROVIDER_SECRET_ID, clock);

// Only for calls in progress; what it takes to place one is not needed.
const { hangUp, redirect } = createTwilioVoice({
  credentials: async () => (await secret()).twilio,
  ...(env.TWILIO_API_URL && { apiUrl: env.TWILIO_API_URL }),
  callbackUrl: () => undefined,
  menuUrl: () => undefined,
  timeoutMs: FIXED.providerTimeout,
});

const lines = createCallLines(dynamo(), env.TABLE_NAME);
const receiveTwilioVoiceStatus = createTwilioVoiceStatus({
  ...receiving(env, telemetry, clock, { lines, hangUp }),
  authTokenOf: authTokens(secret),
  publicBaseUrl: env.PUBLIC_BASE_URL,
  redirect,
  overrides: deployedWording(),
  clock,
});

export const handler = apiHandler({ receiveTwilioVoiceStatus }, telemetry);
