import { setTimeout as pause } from 'node:timers/promises';
import { awsVoice, twilioVoice } from '../composition/aws/providers/calls.ts';
import { runOf } from '../composition/aws/run.ts';
import { secretsOf } from '../composition/aws/secrets.ts';
import * as table from '../composition/aws/table.ts';
import { workerPorts, workerSettings } from '../composition/aws/worker.ts';
import { voiceWorker } from '../composition/channels/voice.ts';
import { parseEnv } from '../runtime/env.ts';
import { sqsHandler } from '../runtime/sqs-handler.ts';
import { voiceWorkerEnv } from './worker.env.ts';

const env = parseEnv(voiceWorkerEnv);
const run = runOf('voice-worker');
const secrets = secretsOf(env, run);
const ports = {
  ...workerPorts('voice', env, run, secrets),
  voice: [twilioVoice(env, secrets), awsVoice(env)],
  phoneLocks: table.phoneLocks(env),
  pause,
};

export const handler = sqsHandler(voiceWorker(ports, workerSettings(env)), run);
