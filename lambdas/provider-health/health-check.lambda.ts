import { pinpointVoice, sesv2, sns, sqs } from '../composition/aws/clients.ts';
import { alone } from '../composition/aws/handlers.ts';
import { runOf } from '../composition/aws/run.ts';
import { secretsOf } from '../composition/aws/secrets.ts';
import { rulesOf } from '../composition/aws/settings.ts';
import * as table from '../composition/aws/table.ts';
import { healthCheck } from '../composition/health-check.ts';
import { FIXED } from '../core/rules.ts';
import { parseEnv } from '../runtime/env.ts';
import { scheduleAndQueueHandler } from '../runtime/scheduled-handler.ts';
import { createWakeUp, queueDepth } from '../stores/queues.ts';
import { createHalfMinutes } from './half-minutes.ts';
import { healthCheckEnv } from './health-check.env.ts';
import { siblingUrl } from './measure.ts';
import { createProviderChecks } from './provider-checks.ts';

const env = parseEnv(healthCheckEnv);
const run = runOf('health-check');
const { secret } = secretsOf(env, run);
const channels = [...new Set(env.QUEUES.flatMap(({ channel }) => channel ?? []))];
const clients = { sns, ses: sesv2, voice: pinpointVoice };
const asked = { settings: env, secret, timeoutMs: FIXED.providerTimeout, clock: run.clock, ...clients };
const ports = {
  ...run,
  circuits: table.circuits(env, run),
  health: table.health(env),
  queues: env.QUEUES,
  depth: (name: string) => queueDepth(sqs(), siblingUrl(env.HEALTH_QUEUE_URL, name)),
  providers: createProviderChecks(channels, asked),
};
const check = alone(env, run)('health-check', healthCheck(ports, { ...rulesOf(env), channels }));
const wakeUp = createWakeUp(sqs(), env.HEALTH_QUEUE_URL, env.TIME_SCALE);

export const handler = scheduleAndQueueHandler(createHalfMinutes({ check, wakeUp, clock: run.clock }), run);
