import { dispatchPorts } from '../composition/aws/ports.ts';
import * as queues from '../composition/aws/queues.ts';
import { runOf } from '../composition/aws/run.ts';
import { dispatchSettings } from '../composition/aws/settings.ts';
import * as table from '../composition/aws/table.ts';
import { pagesApi } from '../composition/pages-api.ts';
import { apiHandler } from '../http/api-handler.ts';
import { parseEnv } from '../runtime/env.ts';
import { dispatchEnv } from './dispatch.env.ts';

const env = parseEnv(dispatchEnv);
const run = runOf('dispatch');
const ports = { ...dispatchPorts(env, run), windows: table.windows(env), alerts: queues.alerts(env) };

export const handler = apiHandler(pagesApi(ports, dispatchSettings(env)), run);
