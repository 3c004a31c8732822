import { answeringPorts } from '../composition/aws/ports.ts';
import { runOf } from '../composition/aws/run.ts';
import { actionKeys, secretsOf } from '../composition/aws/secrets.ts';
import { spoken } from '../composition/aws/settings.ts';
import * as table from '../composition/aws/table.ts';
import { slackWebhooks } from '../composition/slack.ts';
import { apiHandler } from '../http/api-handler.ts';
import { createHttp } from '../providers/http.ts';
import { createSlackRespond } from '../providers/slack/slack-respond.ts';
import { parseEnv } from '../runtime/env.ts';
import { slackWebhooksEnv } from './slack-webhooks.env.ts';

/** Slack waits three seconds for the answer that comes after it. */
const RESPOND_WITHIN_MS = 1_000;

const env = parseEnv(slackWebhooksEnv);
const run = runOf('slack-webhooks');
const ports = {
  ...run,
  ...answeringPorts(env, run),
  recipients: table.recipients(env),
  keys: actionKeys(env, run),
  signingSecret: secretsOf(env, run).signingSecret,
  respond: createSlackRespond({ http: createHttp({ timeoutMs: RESPOND_WITHIN_MS }), apiUrl: env.SLACK_API_URL }),
};

export const handler = apiHandler(slackWebhooks(ports, spoken()), run);
