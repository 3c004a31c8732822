import { runOf } from '../composition/aws/run.ts';
import * as table from '../composition/aws/table.ts';
import { healthApi } from '../composition/operations-api.ts';
import { apiHandler } from '../http/api-handler.ts';
import { parseEnv } from '../runtime/env.ts';
import { healthEnv } from './health.env.ts';

const env = parseEnv(healthEnv);
const run = runOf('health');
const ports = { ...run, health: table.health(env), circuits: table.readCircuits(env) };

export const handler = apiHandler(healthApi(ports, { channels: env.CHANNELS }), run);
