import { aside } from '../composition/aws/handlers.ts';
import { receivingPorts } from '../composition/aws/ports.ts';
import { runOf } from '../composition/aws/run.ts';
import { rulesOf } from '../composition/aws/settings.ts';
import * as table from '../composition/aws/table.ts';
import { snsSmsLog } from '../composition/receipts.ts';
import { parseEnv } from '../runtime/env.ts';
import { logsHandler } from '../runtime/logs-handler.ts';
import { snsSmsLogEnv } from './sns-sms-log.env.ts';

const env = parseEnv(snsSmsLogEnv);
const run = runOf('sns-sms-log');
const ports = { ...receivingPorts(env, run), lateReceipts: table.lateReceipts(env, run) };

export const handler = logsHandler(snsSmsLog(ports, rulesOf(env)), run, aside(env, run));
