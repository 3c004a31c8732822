import { FIXED, rules } from '../core/rules.ts';
import { createCircuits } from '../operations/circuits.ts';
import { createSnsCheck } from '../providers/sms/sns-check.ts';
import { createTwilioCheck } from '../providers/sms/twilio-check.ts';
import { dynamo, secretsManager, sns, sqs } from '../runtime/aws.ts';
import { parseEnv } from '../runtime/env.ts';
import { createLogger } from '../runtime/logger.ts';
import { METRICS } from '../runtime/metric-names.ts';
import { createCount } from '../runtime/metrics.ts';
import { scheduleAndQueueHandler } from '../runtime/scheduled-handler.ts';
import { createCircuitStore } from '../stores/circuits.ts';
import { createHealthStore } from '../stores/health.ts';
import { createProviderSecret } from '../stores/provider-secret.ts';
import { createWakeUp, queueDepth } from '../stores/queues.ts';
import { createHealthCheck } from './check.ts';
import { createHalfMinutes } from './half-minutes.ts';
import { healthCheckEnv } from './health-check.env.ts';
import { queuesOf } from './queues.ts';

const env = parseEnv(healthCheckEnv);
const telemetry = { logger: createLogger('health-check'), count: createCount('health-check') };
const clock = { now: Date.now };
const timeoutMs = FIXED.providerTimeout;
const store = createCircuitStore(dynamo(), env.TABLE_NAME);
const secret = createProviderSecret(secretsManager(), env.PROVIDER_SECRET_ID, clock);
const credentials = async () => (await secret()).twilio;
const twilio = createTwilioCheck({ credentials, timeoutMs, ...(env.TWILIO_API_URL && { apiUrl: env.TWILIO_API_URL }) });
const changed = (_: string, event: string) => void (event === 'opened' && telemetry.count(METRICS.circuitOpened));
const circuits = createCircuits({ store, clock, rules: rules(env.TIME_SCALE), random: Math.random, changed });
const check = createHealthCheck({
  health: createHealthStore(dynamo(), env.TABLE_NAME),
  ...queuesOf((url) => queueDepth(sqs(), url), env),
  providers: [twilio, createSnsCheck({ client: sns(), timeoutMs })],
  ...{ circuits, store, clock, ...telemetry },
});
const wakeUp = createWakeUp(sqs(), env.HEALTH_QUEUE_URL, env.TIME_SCALE);

export const handler = scheduleAndQueueHandler(createHalfMinutes({ check, wakeUp, clock }), telemetry);
