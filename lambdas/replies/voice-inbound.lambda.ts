import { answering } from '../composition/answering.ts';
import { deployedWording } from '../composition/wording.ts';
import { wordingFor } from '../core/content/wording.ts';
import { apiHandler } from '../http/api-handler.ts';
import { dynamo, secretsManager } from '../runtime/aws.ts';
import { parseEnv } from '../runtime/env.ts';
import { createLogger } from '../runtime/logger.ts';
import { createCount } from '../runtime/metrics.ts';
import { createCodeStore } from '../stores/codes.ts';
import { createInboundTexts } from '../stores/inbound-texts.ts';
import { authTokens, createProviderSecret } from '../stores/provider-secret.ts';
import { voiceInboundEnv } from './voice-inbound.env.ts';
import { createVoiceInbound } from './voice-inbound.ts';

const env = parseEnv(voiceInboundEnv);
const telemetry = { logger: createLogger('voice-inbound'), count: createCount('voice-inbound') };
const [clock, overrides] = [{ now: Date.now }, deployedWording()];
const secret = createProviderSecret(secretsManager(), env.PROVIDER_SECRET_ID, clock);

const receiveTwilioVoiceInbound = createVoiceInbound({
  ...answering(env, clock),
  codes: createCodeStore(dynamo(), env.TABLE_NAME, clock),
  inbound: createInboundTexts(dynamo(), env.TABLE_NAME, clock),
  wording: (language) => wordingFor(language, overrides),
  authTokenOf: authTokens(secret),
  publicBaseUrl: env.PUBLIC_BASE_URL,
});

export const handler = apiHandler({ receiveTwilioVoiceInbound }, telemetry);
