import { apiHandler } from '../http/api-handler.ts';
import { dynamo } from '../runtime/aws.ts';
import { parseEnv } from '../runtime/env.ts';
import { createLogger } from '../runtime/logger.ts';
import { createCount } from '../runtime/metrics.ts';
import { createPageStore } from '../stores/pages.ts';
import { readEnv } from './read.env.ts';
import { createGetNotification, createListIncidentDeliveries, createListNotifications } from './read.ts';

const env = parseEnv(readEnv);
const deps = { pages: createPageStore(dynamo(), env.TABLE_NAME), clock: { now: Date.now } };

export const handler = apiHandler(
  {
    getNotification: createGetNotification(deps),
    listNotifications: createListNotifications(deps),
    listIncidentDeliveries: createListIncidentDeliveries(deps),
  },
  { logger: createLogger('read'), count: createCount('read') },
);
