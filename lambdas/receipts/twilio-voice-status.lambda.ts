import { receivingPorts } from '../composition/aws/ports.ts';
import { twilioCalls } from '../composition/aws/providers/calls.ts';
import { runOf } from '../composition/aws/run.ts';
import { secretsOf } from '../composition/aws/secrets.ts';
import { rulesOf, spoken } from '../composition/aws/settings.ts';
import * as table from '../composition/aws/table.ts';
import { twilioVoiceStatus } from '../composition/receipts.ts';
import { apiHandler } from '../http/api-handler.ts';
import { parseEnv } from '../runtime/env.ts';
import { twilioVoiceStatusEnv } from './twilio-voice-status.env.ts';

const env = parseEnv(twilioVoiceStatusEnv);
const run = runOf('twilio-voice-status');
const secrets = secretsOf(env, run);
const { hangUp, redirect } = twilioCalls(env, secrets);
const { authTokenOf } = secrets;
const ports = { ...receivingPorts(env, run), phoneLocks: table.phoneLocks(env), authTokenOf, hangUp, redirect };
const settings = { ...rulesOf(env), ...spoken(), publicBaseUrl: env.PUBLIC_BASE_URL };

export const handler = apiHandler(twilioVoiceStatus(ports, settings), run);
