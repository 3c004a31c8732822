import { queueHandler } from '../composition/aside.ts';
import { dispatching } from '../composition/dispatching.ts';
import { deployedWording } from '../composition/wording.ts';
import { FIXED } from '../core/rules.ts';
import { createSlack } from '../providers/slack/slack.ts';
import { createTwilioVoice } from '../providers/voice/twilio-voice.ts';
import { dynamo, secretsManager } from '../runtime/aws.ts';
import { parseEnv } from '../runtime/env.ts';
import { createLogger } from '../runtime/logger.ts';
import { createCount } from '../runtime/metrics.ts';
import { createActionKeys } from '../stores/action-keys.ts';
import { createProviderSecret } from '../stores/provider-secret.ts';
import { createTeamPosts } from '../stores/team-posts.ts';
import { createAftermath } from './aftermath.ts';
import { createSlackAnswered } from './slack-answered.ts';
import { stopAgainEnv } from './stop-again.env.ts';
import { createStopAgain } from './stop-again.ts';
import { createTellOthers } from './tell-others.ts';

const env = parseEnv(stopAgainEnv);
const telemetry = { logger: createLogger('stop-again'), count: createCount('stop-again') };
const [clock, overrides] = [{ now: Date.now }, deployedWording()];
const secret = createProviderSecret(secretsManager(), env.PROVIDER_SECRET_ID, clock);
const keys = createActionKeys(secretsManager(), env.ACTION_KEY_ID, clock);
const timeoutMs = FIXED.providerTimeout;
const [nowhere, base] = [() => undefined, (url: string) => (url === '' ? {} : { apiUrl: url })];
const botToken = async () => ({ botToken: (await secret()).slack?.botToken ?? '' });
const account = { credentials: async () => (await secret()).twilio, callbackUrl: nowhere, menuUrl: nowhere };
const dispatchParts = dispatching(env, clock);
const aftermath = createAftermath({
  ...telemetry,
  slack: createSlack({ credentials: botToken, timeoutMs, ...base(env.SLACK_API_URL) }),
  voice: createTwilioVoice({ ...account, timeoutMs, ...base(env.TWILIO_API_URL) }),
  posts: createTeamPosts(dynamo(), env.TABLE_NAME),
  answered: createSlackAnswered({ keys, clock, overrides, listedOf: dispatchParts.listedOf }),
  tellOthers: createTellOthers({ ...dispatchParts, overrides }),
  bundleOf: dispatchParts.bundleOf,
  clock,
});

export const handler = queueHandler(createStopAgain(dispatchParts.pages, aftermath), env, telemetry);
