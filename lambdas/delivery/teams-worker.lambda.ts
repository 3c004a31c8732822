import { teams } from '../composition/aws/providers/teams.ts';
import { runOf } from '../composition/aws/run.ts';
import { secretsOf } from '../composition/aws/secrets.ts';
import { workerPorts, workerSettings } from '../composition/aws/worker.ts';
import { teamsWorker } from '../composition/channels/teams.ts';
import { parseEnv } from '../runtime/env.ts';
import { sqsHandler } from '../runtime/sqs-handler.ts';
import { teamsWorkerEnv } from './worker.env.ts';

const env = parseEnv(teamsWorkerEnv);
const run = runOf('teams-worker');
const secrets = secretsOf(env, run);
const ports = { ...workerPorts('teams', env, run, secrets), teams: [teams(env)] };

export const handler = sqsHandler(teamsWorker(ports, workerSettings(env)), run);
