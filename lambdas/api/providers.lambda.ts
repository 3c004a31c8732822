import { runOf } from '../composition/aws/run.ts';
import * as table from '../composition/aws/table.ts';
import { providersApi } from '../composition/operations-api.ts';
import { apiHandler } from '../http/api-handler.ts';
import { parseEnv } from '../runtime/env.ts';
import { providersEnv } from './providers.env.ts';

const env = parseEnv(providersEnv);
const run = runOf('providers');
const ports = { ...run, health: table.health(env), circuits: table.circuits(env, run), audit: table.audit(env) };

export const handler = apiHandler(providersApi(ports, { channels: env.CHANNELS }), run);
