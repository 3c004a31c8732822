import { answeringPorts } from '../composition/aws/ports.ts';
import { runOf } from '../composition/aws/run.ts';
import { secretsOf } from '../composition/aws/secrets.ts';
import { spoken } from '../composition/aws/settings.ts';
import * as table from '../composition/aws/table.ts';
import { voiceInbound } from '../composition/calls.ts';
import { apiHandler } from '../http/api-handler.ts';
import { parseEnv } from '../runtime/env.ts';
import { voiceInboundEnv } from './voice-inbound.env.ts';

const env = parseEnv(voiceInboundEnv);
const run = runOf('voice-inbound');
const ports = {
  ...run,
  ...answeringPorts(env, run),
  recipients: table.recipients(env),
  codes: table.codes(env, run),
  inbound: table.inbound(env, run),
  authTokenOf: secretsOf(env, run).authTokenOf,
};

export const handler = apiHandler(voiceInbound(ports, { ...spoken(), publicBaseUrl: env.PUBLIC_BASE_URL }), run);
