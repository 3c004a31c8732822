import { apiHandler } from '../runtime/api-handler.ts';
import { dispatching } from '../runtime/dispatching.ts';
import { parseEnv } from '../runtime/env.ts';
import { createLogger } from '../runtime/logger.ts';
import { createCount } from '../runtime/metrics.ts';
import { dispatchEnv } from './dispatch.env.ts';
import { createDispatchHandler } from './dispatch.ts';

const telemetry = { logger: createLogger('dispatch'), count: createCount('dispatch') };
const { dispatch } = dispatching(parseEnv(dispatchEnv), { now: Date.now });

export const handler = apiHandler(
  { dispatchNotification: createDispatchHandler({ dispatch, ...telemetry }) },
  telemetry,
);
