import * as queues from '../composition/aws/queues.ts';
import { runOf } from '../composition/aws/run.ts';
import * as table from '../composition/aws/table.ts';
import { windowsApi } from '../composition/windows-api.ts';
import { apiHandler } from '../http/api-handler.ts';
import { parseEnv } from '../runtime/env.ts';
import { maintenanceWindowsEnv } from './maintenance-windows.env.ts';

const env = parseEnv(maintenanceWindowsEnv);
const run = runOf('maintenance-windows');
const ports = { ...run, windows: table.windows(env), releases: queues.releases(env), audit: table.audit(env) };

export const handler = apiHandler(windowsApi(ports), run);
