import { dispatchPorts } from '../composition/aws/ports.ts';
import * as queues from '../composition/aws/queues.ts';
import { runOf } from '../composition/aws/run.ts';
import { dispatchSettings } from '../composition/aws/settings.ts';
import * as table from '../composition/aws/table.ts';
import { escalating } from '../composition/escalation.ts';
import { parseEnv } from '../runtime/env.ts';
import { escalateEnv } from './escalate.env.ts';

const env = parseEnv(escalateEnv);
const run = runOf('escalate');
const ports = { ...dispatchPorts(env, run), taskTokens: table.taskTokens(env), alerts: queues.alerts(env) };

export const handler = escalating(ports, { ...dispatchSettings(env), timeScale: env.TIME_SCALE });
