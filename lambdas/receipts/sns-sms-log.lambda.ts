import { createReceiveReceipt } from '../operations/receive-receipt.ts';
import { dynamo, sqs } from '../runtime/aws.ts';
import { parseEnv } from '../runtime/env.ts';
import { createLogger } from '../runtime/logger.ts';
import { logsHandler } from '../runtime/logs-handler.ts';
import { createCount } from '../runtime/metrics.ts';
import { createLateReceipts } from '../stores/late-receipts.ts';
import { createPageStore } from '../stores/pages.ts';
import { createDeliveryQueue } from '../stores/queues.ts';
import { snsSmsLogEnv } from './sns-sms-log.env.ts';
import { createSnsSmsLog } from './sns-sms-log.ts';

const env = parseEnv(snsSmsLogEnv);
const logger = createLogger('sns-sms-log');
const clock = { now: Date.now };
const lanes = { urgent: env.SMS_URGENT_QUEUE_URL, normal: env.SMS_NORMAL_QUEUE_URL };

export const handler = logsHandler(
  createSnsSmsLog({
    lateReceipts: createLateReceipts(dynamo(), env.TABLE_NAME, clock),
    receiveReceipt: createReceiveReceipt({
      pages: createPageStore(dynamo(), env.TABLE_NAME),
      queue: createDeliveryQueue(sqs(), lanes),
      clock,
    }),
    logger,
  }),
  { logger, count: createCount('sns-sms-log') },
);
