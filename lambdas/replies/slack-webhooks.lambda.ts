import { answering } from '../composition/answering.ts';
import { deployedWording } from '../composition/wording.ts';
import { apiHandler } from '../http/api-handler.ts';
import { createHttp } from '../providers/http.ts';
import { createSlackRespond } from '../providers/slack/slack-respond.ts';
import { secretsManager } from '../runtime/aws.ts';
import { parseEnv } from '../runtime/env.ts';
import { createLogger } from '../runtime/logger.ts';
import { createCount } from '../runtime/metrics.ts';
import { createActionKeys } from '../stores/action-keys.ts';
import { createProviderSecret } from '../stores/provider-secret.ts';
import { createListedOf } from '../use-cases/bundle.ts';
import { createSlackAnswered } from './slack-answered.ts';
import { createSlackCommands } from './slack-commands.ts';
import { createSlackInteractions } from './slack-interactions.ts';
import { slackWebhooksEnv } from './slack-webhooks.env.ts';

/** Slack waits three seconds for the answer that comes after it. */
const RESPOND_WITHIN_MS = 1_000;

const env = parseEnv(slackWebhooksEnv);
const clock = { now: Date.now };
const telemetry = { logger: createLogger('slack-webhooks'), count: createCount('slack-webhooks') };
const secret = createProviderSecret(secretsManager(), env.PROVIDER_SECRET_ID, clock);
const keys = createActionKeys(secretsManager(), env.ACTION_KEY_ID, clock);
const shared = answering(env, clock);
const deps = {
  ...shared,
  logger: telemetry.logger,
  signingSecret: async () => (await secret()).slack?.signingSecret,
  keys,
  answered: createSlackAnswered({ keys, clock, overrides: deployedWording(), listedOf: createListedOf(shared) }),
  respond: createSlackRespond({ http: createHttp({ timeoutMs: RESPOND_WITHIN_MS }), apiUrl: env.SLACK_API_URL }),
};

export const handler = apiHandler(
  { receiveSlackInteraction: createSlackInteractions(deps), receiveSlackCommand: createSlackCommands(deps) },
  telemetry,
);
