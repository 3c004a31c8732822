import { answeringPorts, contactPorts } from '../composition/aws/ports.ts';
import { runOf } from '../composition/aws/run.ts';
import { secretsOf } from '../composition/aws/secrets.ts';
import { spoken } from '../composition/aws/settings.ts';
import * as table from '../composition/aws/table.ts';
import { twilioSmsInbound } from '../composition/texts.ts';
import { apiHandler } from '../http/api-handler.ts';
import { parseEnv } from '../runtime/env.ts';
import { twilioSmsInboundEnv } from './twilio-sms-inbound.env.ts';

const env = parseEnv(twilioSmsInboundEnv);
const run = runOf('twilio-sms-inbound');
const ports = {
  ...answeringPorts(env, run),
  ...contactPorts(env, run),
  codes: table.codes(env, run),
  inbound: table.inbound(env, run),
  authTokenOf: secretsOf(env, run).authTokenOf,
};

export const handler = apiHandler(twilioSmsInbound(ports, { ...spoken(), publicBaseUrl: env.PUBLIC_BASE_URL }), run);
