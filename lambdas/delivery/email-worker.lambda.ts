import { sendGrid, ses } from '../composition/aws/providers/email.ts';
import { runOf } from '../composition/aws/run.ts';
import { secretsOf } from '../composition/aws/secrets.ts';
import { workerPorts, workerSettings } from '../composition/aws/worker.ts';
import { emailWorker } from '../composition/channels/email.ts';
import { parseEnv } from '../runtime/env.ts';
import { sqsHandler } from '../runtime/sqs-handler.ts';
import { emailWorkerEnv } from './worker.env.ts';

const env = parseEnv(emailWorkerEnv);
const run = runOf('email-worker');
const secrets = secretsOf(env, run);
const ports = {
  ...workerPorts('email', env, run, secrets),
  email: [sendGrid(env, secrets), ses(env)],
};

export const handler = sqsHandler(emailWorker(ports, workerSettings(env)), run);
