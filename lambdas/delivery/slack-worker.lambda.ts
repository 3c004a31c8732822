import { slack } from '../composition/aws/providers/slack.ts';
import { runOf } from '../composition/aws/run.ts';
import { secretsOf } from '../composition/aws/secrets.ts';
import * as table from '../composition/aws/table.ts';
import { workerPorts, workerSettings } from '../composition/aws/worker.ts';
import { slackWorker } from '../composition/channels/slack.ts';
import { parseEnv } from '../runtime/env.ts';
import { sqsHandler } from '../runtime/sqs-handler.ts';
import { slackWorkerEnv } from './worker.env.ts';

const env = parseEnv(slackWorkerEnv);
const run = runOf('slack-worker');
const secrets = secretsOf(env, run);
const ports = {
  ...workerPorts('slack', env, run, secrets),
  slack: slack(env, secrets),
  posts: table.posts(env),
};

export const handler = sqsHandler(slackWorker(ports, workerSettings(env)), run);
