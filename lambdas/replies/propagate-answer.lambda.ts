import { queueHandler } from '../composition/aws/handlers.ts';
import { dispatchPorts } from '../composition/aws/ports.ts';
import { twilioCalls } from '../composition/aws/providers/calls.ts';
import { slack } from '../composition/aws/providers/slack.ts';
import { runOf } from '../composition/aws/run.ts';
import { actionKeys, secretsOf } from '../composition/aws/secrets.ts';
import { dispatchSettings, spoken } from '../composition/aws/settings.ts';
import * as table from '../composition/aws/table.ts';
import { propagatingAnswers } from '../composition/propagating-answers.ts';
import { parseEnv } from '../runtime/env.ts';
import { propagateAnswerEnv } from './propagate-answer.env.ts';

const env = parseEnv(propagateAnswerEnv);
const run = runOf('propagate-answer');
const secrets = secretsOf(env, run);
const ports = {
  ...dispatchPorts(env, run),
  posts: table.posts(env),
  keys: actionKeys(env, run),
  slack: slack(env, secrets),
  hangUp: twilioCalls(env, secrets).hangUp,
};

export const handler = queueHandler(propagatingAnswers(ports, { ...dispatchSettings(env), ...spoken() }), env, run);
