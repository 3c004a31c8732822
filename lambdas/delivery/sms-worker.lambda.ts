import { snsSms, twilioSms } from '../composition/aws/providers/texts.ts';
import { runOf } from '../composition/aws/run.ts';
import { secretsOf } from '../composition/aws/secrets.ts';
import * as table from '../composition/aws/table.ts';
import { workerPorts, workerSettings } from '../composition/aws/worker.ts';
import { smsWorker } from '../composition/channels/sms.ts';
import { parseEnv } from '../runtime/env.ts';
import { sqsHandler } from '../runtime/sqs-handler.ts';
import { smsWorkerEnv } from './worker.env.ts';

const env = parseEnv(smsWorkerEnv);
const run = runOf('sms-worker');
const secrets = secretsOf(env, run);
const ports = {
  ...workerPorts('sms', env, run, secrets),
  sms: [twilioSms(env, secrets), snsSms(env)],
  lateReceipts: table.lateReceipts(env, run),
};

export const handler = sqsHandler(smsWorker(ports, workerSettings(env)), run);
