import { aside } from '../composition/aside.ts';
import { receiving } from '../composition/receipts.ts';
import { dynamo } from '../runtime/aws.ts';
import { parseEnv } from '../runtime/env.ts';
import { createLogger } from '../runtime/logger.ts';
import { logsHandler } from '../runtime/logs-handler.ts';
import { createCount } from '../runtime/metrics.ts';
import { createLateReceipts } from '../stores/late-receipts.ts';
import { NO_CALLS } from '../use-cases/receive-receipt.ts';
import { snsSmsLogEnv } from './sns-sms-log.env.ts';
import { createSnsSmsLog } from './sns-sms-log.ts';

const env = parseEnv(snsSmsLogEnv);
const telemetry = { logger: createLogger('sns-sms-log'), count: createCount('sns-sms-log') };
const clock = { now: Date.now };

export const handler = logsHandler(
  createSnsSmsLog({
    lateReceipts: createLateReceipts(dynamo(), env.TABLE_NAME, clock),
    receiveReceipt: receiving(env, telemetry, clock, NO_CALLS).receiveReceipt,
    logger: telemetry.logger,
  }),
  telemetry,
  aside(env, telemetry),
);
