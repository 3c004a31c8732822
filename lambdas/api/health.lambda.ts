import { apiHandler } from '../http/api-handler.ts';
import { dynamo } from '../runtime/aws.ts';
import { parseEnv } from '../runtime/env.ts';
import { createLogger } from '../runtime/logger.ts';
import { createCount } from '../runtime/metrics.ts';
import { createCircuitStore } from '../stores/circuits.ts';
import { createHealthStore } from '../stores/health.ts';
import { healthEnv } from './health.env.ts';
import { createHealth } from './health.ts';

const env = parseEnv(healthEnv);

export const handler = apiHandler(
  {
    ...createHealth({
      channels: env.CHANNELS,
      health: createHealthStore(dynamo(), env.TABLE_NAME),
      circuits: createCircuitStore(dynamo(), env.TABLE_NAME),
      clock: { now: Date.now },
    }),
  },
  { logger: createLogger('health'), count: createCount('health') },
);
