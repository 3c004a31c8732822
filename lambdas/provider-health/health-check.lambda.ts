import { alone } from '../composition/alone.ts';
import { publishedCircuits } from '../composition/publishing.ts';
import { FIXED, rules } from '../core/rules.ts';
import { dynamo, pinpointVoice, secretsManager, sesv2, sns, sqs } from '../runtime/aws.ts';
import { parseEnv } from '../runtime/env.ts';
import { createLogger } from '../runtime/logger.ts';
import { METRICS } from '../runtime/metric-names.ts';
import { createCount } from '../runtime/metrics.ts';
import { scheduleAndQueueHandler } from '../runtime/scheduled-handler.ts';
import { createHealthStore } from '../stores/health.ts';
import { createProviderSecret } from '../stores/provider-secret.ts';
import { createWakeUp, queueDepth } from '../stores/queues.ts';
import { createCircuits } from '../use-cases/circuits.ts';
import { createHealthCheck } from './check.ts';
import { createHalfMinutes } from './half-minutes.ts';
import { healthCheckEnv } from './health-check.env.ts';
import { siblingUrl } from './measure.ts';
import { createProviderChecks } from './provider-checks.ts';

const env = parseEnv(healthCheckEnv);
const telemetry = { logger: createLogger('health-check'), count: createCount('health-check') };
const clock = { now: Date.now };
const store = publishedCircuits(env, clock);
const secret = createProviderSecret(secretsManager(), env.PROVIDER_SECRET_ID, clock);
const timeoutMs = FIXED.providerTimeout;
const asked = { settings: env, secret, timeoutMs, sns, ses: sesv2, voice: pinpointVoice, clock };
const changed = (_: string, event: string) => void (event === 'opened' && telemetry.count(METRICS.circuitOpened));
const circuits = createCircuits({ store, clock, rules: rules(env.TIME_SCALE), random: Math.random, changed });
const channels = [...new Set(env.QUEUES.flatMap(({ channel }) => channel ?? []))];
const check = createHealthCheck({
  health: createHealthStore(dynamo(), env.TABLE_NAME),
  channels,
  queues: env.QUEUES,
  depth: (name) => queueDepth(sqs(), siblingUrl(env.HEALTH_QUEUE_URL, name)),
  providers: createProviderChecks(channels, asked),
  circuits,
  store,
  clock,
  ...telemetry,
});
const wakeUp = createWakeUp(sqs(), env.HEALTH_QUEUE_URL, env.TIME_SCALE);

const checkAlone = alone(env.TABLE_NAME, telemetry.logger)('health-check', check);
export const handler = scheduleAndQueueHandler(createHalfMinutes({ check: checkAlone, wakeUp, clock }), telemetry);
