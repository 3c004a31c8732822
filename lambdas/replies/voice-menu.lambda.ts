import { answering } from '../composition/answering.ts';
import { dispatching } from '../composition/dispatching.ts';
import { deployedWording } from '../composition/wording.ts';
import { wordingFor } from '../core/content/wording.ts';
import { apiHandler } from '../http/api-handler.ts';
import { secretsManager, sqs } from '../runtime/aws.ts';
import { parseEnv } from '../runtime/env.ts';
import { createLogger } from '../runtime/logger.ts';
import { createCount } from '../runtime/metrics.ts';
import { authTokens, createProviderSecret } from '../stores/provider-secret.ts';
import { createOperationsAlerts } from '../stores/queues.ts';
import { createBundleOf } from '../use-cases/bundle.ts';
import { createPassOn } from '../use-cases/pass-on.ts';
import { createEscalateNow } from './escalate-now.ts';
import { voiceMenuEnv } from './voice-menu.env.ts';
import { createVoiceMenu } from './voice-menu.ts';

const env = parseEnv(voiceMenuEnv);
const telemetry = { logger: createLogger('voice-menu'), count: createCount('voice-menu') };
const [clock, overrides] = [{ now: Date.now }, deployedWording()];
const secret = createProviderSecret(secretsManager(), env.PROVIDER_SECRET_ID, clock);
const shared = answering(env, clock);
const alerts = createOperationsAlerts(sqs(), env.ALERT_QUEUE_URL);
const passOn = createPassOn({ ...dispatching(env, clock), alerts });

const receiveTwilioVoiceMenu = createVoiceMenu({
  ...shared,
  bundleOf: createBundleOf(shared),
  escalateNow: createEscalateNow({ ...shared, passOn }),
  wording: (language) => wordingFor(language, overrides),
  authTokenOf: authTokens(secret),
  publicBaseUrl: env.PUBLIC_BASE_URL,
});

export const handler = apiHandler({ receiveTwilioVoiceMenu }, telemetry);
