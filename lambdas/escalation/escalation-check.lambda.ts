import { sfn } from '../composition/aws/clients.ts';
import { queueHandler } from '../composition/aws/handlers.ts';
import { runOf } from '../composition/aws/run.ts';
import { rulesOf } from '../composition/aws/settings.ts';
import * as table from '../composition/aws/table.ts';
import { checkingEscalation } from '../composition/escalation.ts';
import { parseEnv } from '../runtime/env.ts';
import { createEscalations } from '../stores/escalations.ts';
import { escalationCheckEnv } from './escalation-check.env.ts';

const env = parseEnv(escalationCheckEnv);
const run = runOf('escalation-check');
const ports = {
  ...run,
  pages: table.readPages(env),
  taskTokens: table.taskTokens(env),
  escalations: createEscalations(sfn(), env.STATE_MACHINE_ARN),
};

export const handler = queueHandler(checkingEscalation(ports, rulesOf(env)), env, run);
