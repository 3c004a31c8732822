import { answeringPorts } from '../composition/aws/ports.ts';
import { runOf } from '../composition/aws/run.ts';
import { actionKeys } from '../composition/aws/secrets.ts';
import { spoken } from '../composition/aws/settings.ts';
import * as table from '../composition/aws/table.ts';
import { actionLinks } from '../composition/links.ts';
import { apiHandler } from '../http/api-handler.ts';
import { parseEnv } from '../runtime/env.ts';
import { actionEnv } from './action.env.ts';

const env = parseEnv(actionEnv);
const run = runOf('action');
const ports = {
  ...run,
  ...answeringPorts(env, run),
  recipients: table.recipients(env),
  keys: actionKeys(env, run),
};

export const handler = apiHandler(actionLinks(ports, spoken()), run);
