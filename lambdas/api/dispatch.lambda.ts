import { composeDispatch } from '../composition/pages-api.ts';
import { apiHandler } from '../http/api-handler.ts';
import { parseEnv } from '../runtime/env.ts';
import { createLogger } from '../runtime/logger.ts';
import { createCount } from '../runtime/metrics.ts';
import { createBatch } from './batch.ts';
import { dispatchEnv } from './dispatch.env.ts';
import { createDispatchHandler } from './dispatch.ts';
import { createPlan } from './plan.ts';
import { createRetry } from './retry.ts';
import { createTestPage } from './test-page.ts';

const [logger, count] = [createLogger('dispatch'), createCount('dispatch')];
const deps = { ...composeDispatch(parseEnv(dispatchEnv)), logger, count };

export const handler = apiHandler(
  {
    dispatchNotification: createDispatchHandler(deps),
    dispatchBatch: createBatch(deps),
    planNotification: createPlan(deps),
    retryNotification: createRetry(deps),
    testRecipient: createTestPage(deps),
  },
  { logger, count },
);
