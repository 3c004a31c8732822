import { wordingFor } from '../core/content/wording.ts';
import { createBundleOf } from '../operations/bundle.ts';
import { createEscalateNow } from '../operations/escalate-now.ts';
import { createPassOn } from '../operations/pass-on.ts';
import { apiHandler } from '../runtime/api-handler.ts';
import { secretsManager, sqs } from '../runtime/aws.ts';
import { dispatching } from '../runtime/dispatching.ts';
import { parseEnv } from '../runtime/env.ts';
import { createLogger } from '../runtime/logger.ts';
import { createCount } from '../runtime/metrics.ts';
import { deployedWording } from '../runtime/wording.ts';
import { authTokens, createProviderSecret } from '../stores/provider-secret.ts';
import { createOperationsAlerts } from '../stores/queues.ts';
import { answering } from './compose.ts';
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
