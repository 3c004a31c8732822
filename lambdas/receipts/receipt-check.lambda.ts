import { alone, aside } from '../composition/aws/handlers.ts';
import { receivingPorts } from '../composition/aws/ports.ts';
import * as queues from '../composition/aws/queues.ts';
import { runOf } from '../composition/aws/run.ts';
import { secretsOf } from '../composition/aws/secrets.ts';
import { rulesOf } from '../composition/aws/settings.ts';
import * as table from '../composition/aws/table.ts';
import { receiptChecks } from '../composition/receipts.ts';
import { parseEnv } from '../runtime/env.ts';
import { scheduleAndQueueHandler } from '../runtime/scheduled-handler.ts';
import { createAskable } from './askable.ts';
import { receiptCheckEnv } from './receipt-check.env.ts';

const env = parseEnv(receiptCheckEnv);
const run = runOf('receipt-check');
const ports = {
  ...receivingPorts(env, run),
  phoneLocks: table.phoneLocks(env),
  receiptChecks: queues.receiptChecks(env),
  awaited: table.awaited(env),
  ...createAskable({ credentials: secretsOf(env, run).twilio, apiUrl: env.TWILIO_API_URL }),
};
const { sweep, check } = receiptChecks(ports, rulesOf(env));

export const handler = scheduleAndQueueHandler(
  { onSchedule: alone(env, run)('receipt-sweep', sweep), onMessage: aside(env, run)(check) },
  run,
);
