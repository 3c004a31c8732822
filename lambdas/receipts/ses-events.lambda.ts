import { receivingPorts } from '../composition/aws/ports.ts';
import { runOf } from '../composition/aws/run.ts';
import { rulesOf } from '../composition/aws/settings.ts';
import { sesEvents } from '../composition/receipts.ts';
import { parseEnv } from '../runtime/env.ts';
import { sqsHandler } from '../runtime/sqs-handler.ts';
import { sesEventsEnv } from './ses-events.env.ts';

const env = parseEnv(sesEventsEnv);
const run = runOf('ses-events');

export const handler = sqsHandler(sesEvents(receivingPorts(env, run), rulesOf(env)), run);
