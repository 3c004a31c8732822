import type { Clock } from '../core/ports.ts';
import { createOptOut } from '../operations/opt-out.ts';
import { createReceiveReceipt } from '../operations/receive-receipt.ts';
import { dynamo, sqs } from '../runtime/aws.ts';
import type { Log } from '../runtime/logger.ts';
import { METRICS } from '../runtime/metric-names.ts';
import type { Count } from '../runtime/metrics.ts';
import { createOptOutNews } from '../runtime/opt-out-news.ts';
import { createAuditLog } from '../stores/audit.ts';
import { createOptOutStore } from '../stores/opt-outs.ts';
import { createPageStore } from '../stores/pages.ts';
import { createDeliveryQueue } from '../stores/queues.ts';
import { createRecipientStore } from '../stores/recipients.ts';

interface Env {
  TABLE_NAME: string;
  SMS_URGENT_QUEUE_URL: string;
  SMS_NORMAL_QUEUE_URL: string;
}

/** What every way a receipt can come by needs, over the table and the lanes. */
export function receiving(env: Env, telemetry: { logger: Log; count: Count }, clock: Clock) {
  const pages = createPageStore(dynamo(), env.TABLE_NAME);
  const lanes = { urgent: env.SMS_URGENT_QUEUE_URL, normal: env.SMS_NORMAL_QUEUE_URL };
  const optOut = createOptOut({
    recipients: createRecipientStore(dynamo(), env.TABLE_NAME),
    optOuts: createOptOutStore(dynamo(), env.TABLE_NAME),
    audit: createAuditLog(dynamo(), env.TABLE_NAME),
    news: createOptOutNews(telemetry),
    clock,
  });
  const queue = createDeliveryQueue(sqs(), lanes);
  const duplicate = () => telemetry.count(METRICS.duplicate);
  return { pages, receiveReceipt: createReceiveReceipt({ pages, queue, optOut, duplicate, clock }) };
}
