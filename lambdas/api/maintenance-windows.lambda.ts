import { apiHandler } from '../http/api-handler.ts';
import { dynamo, sqs } from '../runtime/aws.ts';
import { parseEnv } from '../runtime/env.ts';
import { createLogger } from '../runtime/logger.ts';
import { createCount } from '../runtime/metrics.ts';
import { createAuditLog } from '../stores/audit.ts';
import { createReleases } from '../stores/releases.ts';
import { createWindowStore } from '../stores/windows.ts';
import { maintenanceWindowsEnv } from './maintenance-windows.env.ts';
import { createDeleteWindow, createGetWindow, createListWindows, createPutWindow } from './maintenance-windows.ts';

const env = parseEnv(maintenanceWindowsEnv);
const deps = {
  windows: createWindowStore(dynamo(), env.TABLE_NAME),
  releases: createReleases(sqs(), env.RELEASE_QUEUE_URL),
  audit: createAuditLog(dynamo(), env.TABLE_NAME),
  clock: { now: Date.now },
};

export const handler = apiHandler(
  {
    listMaintenanceWindows: createListWindows(deps),
    getMaintenanceWindow: createGetWindow(deps),
    putMaintenanceWindow: createPutWindow(deps),
    deleteMaintenanceWindow: createDeleteWindow(deps),
  },
  { logger: createLogger('maintenance-windows'), count: createCount('maintenance-windows') },
);
