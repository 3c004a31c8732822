import { runOf } from '../composition/aws/run.ts';
import * as table from '../composition/aws/table.ts';
import { auditApi } from '../composition/operations-api.ts';
import { apiHandler } from '../http/api-handler.ts';
import { parseEnv } from '../runtime/env.ts';
import { auditEnv } from './audit.env.ts';

const env = parseEnv(auditEnv);
const run = runOf('audit');

export const handler = apiHandler(auditApi({ ...run, audit: table.audit(env) }), run);
