import { receivingPorts } from '../composition/aws/ports.ts';
import { runOf } from '../composition/aws/run.ts';
import { secretsOf } from '../composition/aws/secrets.ts';
import { rulesOf } from '../composition/aws/settings.ts';
import { twilioSmsStatus } from '../composition/receipts.ts';
import { apiHandler } from '../http/api-handler.ts';
import { parseEnv } from '../runtime/env.ts';
import { twilioSmsStatusEnv } from './twilio-sms-status.env.ts';

const env = parseEnv(twilioSmsStatusEnv);
const run = runOf('twilio-sms-status');
const ports = { ...receivingPorts(env, run), authTokenOf: secretsOf(env, run).authTokenOf };

export const handler = apiHandler(twilioSmsStatus(ports, { ...rulesOf(env), publicBaseUrl: env.PUBLIC_BASE_URL }), run);
