import { apiHandler } from '../http/api-handler.ts';
import { dynamo } from '../runtime/aws.ts';
import { parseEnv } from '../runtime/env.ts';
import { createLogger } from '../runtime/logger.ts';
import { createCount } from '../runtime/metrics.ts';
import { createAuditLog } from '../stores/audit.ts';
import { auditEnv } from './audit.env.ts';
import { createListAudit } from './audit.ts';

const env = parseEnv(auditEnv);

export const handler = apiHandler(
  { listAudit: createListAudit({ audit: createAuditLog(dynamo(), env.TABLE_NAME), clock: { now: Date.now } }) },
  { logger: createLogger('audit'), count: createCount('audit') },
);
