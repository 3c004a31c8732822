import { push } from '../composition/aws/providers/push.ts';
import { runOf } from '../composition/aws/run.ts';
import { secretsOf } from '../composition/aws/secrets.ts';
import { workerPorts, workerSettings } from '../composition/aws/worker.ts';
import { pushWorker } from '../composition/channels/push.ts';
import { parseEnv } from '../runtime/env.ts';
import { sqsHandler } from '../runtime/sqs-handler.ts';
import { pushWorkerEnv } from './worker.env.ts';

const env = parseEnv(pushWorkerEnv);
const run = runOf('push-worker');
const secrets = secretsOf(env, run);
const ports = { ...workerPorts('push', env, run, secrets), push: [push()] };

export const handler = sqsHandler(pushWorker(ports, workerSettings(env)), run);
