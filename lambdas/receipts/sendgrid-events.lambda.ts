import { receivingPorts } from '../composition/aws/ports.ts';
import { runOf } from '../composition/aws/run.ts';
import { secretsOf } from '../composition/aws/secrets.ts';
import { rulesOf } from '../composition/aws/settings.ts';
import { sendGridEvents } from '../composition/receipts.ts';
import { apiHandler } from '../http/api-handler.ts';
import { parseEnv } from '../runtime/env.ts';
import { sendGridEventsEnv } from './sendgrid-events.env.ts';

const env = parseEnv(sendGridEventsEnv);
const run = runOf('sendgrid-events');
const ports = { ...receivingPorts(env, run), sendGridKey: secretsOf(env, run).sendGridKey };

export const handler = apiHandler(sendGridEvents(ports, rulesOf(env)), run);
