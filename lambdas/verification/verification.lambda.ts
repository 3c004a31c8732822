import { composeVerification } from '../composition/verification.ts';
import { apiHandler } from '../http/api-handler.ts';
import { dynamo } from '../runtime/aws.ts';
import { parseEnv } from '../runtime/env.ts';
import { createLogger } from '../runtime/logger.ts';
import { createCount } from '../runtime/metrics.ts';
import { createAuditLog } from '../stores/audit.ts';
import { verificationEnv } from './verification.env.ts';
import { createConfirmVerification, createSendVerification } from './verification.ts';

const env = parseEnv(verificationEnv);
const telemetry = { logger: createLogger('verification'), count: createCount('verification') };
const audit = createAuditLog(dynamo(), env.TABLE_NAME);
const deps = {
  ...composeVerification(env, { dynamo: dynamo(), audit, ...telemetry }),
  audit,
  clock: { now: Date.now },
  ...telemetry,
};

export const handler = apiHandler(
  { sendVerification: createSendVerification(deps), confirmVerification: createConfirmVerification(deps) },
  telemetry,
);
