import { alerting } from '../composition/alerts.ts';
import { queueHandler } from '../composition/aside.ts';
import { parseEnv } from '../runtime/env.ts';
import { createLogger } from '../runtime/logger.ts';
import { createCount } from '../runtime/metrics.ts';
import { alertsEnv } from './alerts.env.ts';

const env = parseEnv(alertsEnv);
const telemetry = { logger: createLogger('alerts'), count: createCount('alerts') };

export const handler = queueHandler(alerting(env, { now: Date.now }, telemetry), env, telemetry);
