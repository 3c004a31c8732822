import { dispatchPorts } from '../composition/aws/ports.ts';
import * as queues from '../composition/aws/queues.ts';
import { runOf } from '../composition/aws/run.ts';
import { secretsOf } from '../composition/aws/secrets.ts';
import { dispatchSettings, spoken } from '../composition/aws/settings.ts';
import { voiceMenu } from '../composition/calls.ts';
import { apiHandler } from '../http/api-handler.ts';
import { parseEnv } from '../runtime/env.ts';
import { voiceMenuEnv } from './voice-menu.env.ts';

const env = parseEnv(voiceMenuEnv);
const run = runOf('voice-menu');
const ports = {
  ...dispatchPorts(env, run),
  alerts: queues.alerts(env),
  authTokenOf: secretsOf(env, run).authTokenOf,
};
const settings = { ...dispatchSettings(env), ...spoken(), publicBaseUrl: env.PUBLIC_BASE_URL };

export const handler = apiHandler(voiceMenu(ports, settings), run);
