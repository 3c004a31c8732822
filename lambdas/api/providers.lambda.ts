import { publishedCircuits } from '../composition/publishing.ts';
import { apiHandler } from '../http/api-handler.ts';
import { dynamo } from '../runtime/aws.ts';
import { parseEnv } from '../runtime/env.ts';
import { createLogger } from '../runtime/logger.ts';
import { createCount } from '../runtime/metrics.ts';
import { createAuditLog } from '../stores/audit.ts';
import { createHealthStore } from '../stores/health.ts';
import { providersEnv } from './providers.env.ts';
import { createListProviders, createPin } from './providers.ts';

const env = parseEnv(providersEnv);
const clock = { now: Date.now };
const deps = {
  channels: env.CHANNELS,
  circuits: publishedCircuits(env, clock),
  health: createHealthStore(dynamo(), env.TABLE_NAME),
  audit: createAuditLog(dynamo(), env.TABLE_NAME),
  clock,
};

export const handler = apiHandler(
  { listProviders: createListProviders(deps), pinProvider: createPin(deps) },
  { logger: createLogger('providers'), count: createCount('providers') },
);
