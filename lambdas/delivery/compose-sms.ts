import type { SQSClient } from '@aws-sdk/client-sqs';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type * as z from 'zod';
import { FIXED, rules } from '../core/rules.ts';
import { createActionLink } from '../operations/action-link.ts';
import { createCircuits } from '../operations/circuits.ts';
import { createOptOut } from '../operations/opt-out.ts';
import { createReceiveReceipt } from '../operations/receive-receipt.ts';
import { createSenderLimits } from '../operations/sender-limits.ts';
import { createSnsSms } from '../providers/sms/sns.ts';
import { createTwilioSms } from '../providers/sms/twilio.ts';
import { secretsManager, sns } from '../runtime/aws.ts';
import type { Log } from '../runtime/logger.ts';
import { METRICS } from '../runtime/metric-names.ts';
import type { Count } from '../runtime/metrics.ts';
import { createOptOutNews } from '../runtime/opt-out-news.ts';
import { createActionKeys } from '../stores/action-keys.ts';
import { createAuditLog } from '../stores/audit.ts';
import { createCircuitStore } from '../stores/circuits.ts';
import { createLateReceipts } from '../stores/late-receipts.ts';
import { createOptOutStore } from '../stores/opt-outs.ts';
import { createPaceStore } from '../stores/paces.ts';
import { createPageStore } from '../stores/pages.ts';
import { createProviderSecret } from '../stores/provider-secret.ts';
import { createDeadLetters, createDeliveryQueue, createReceiptCheckQueue } from '../stores/queues.ts';
import { createRecipientStore } from '../stores/recipients.ts';
import { callbackUrl } from './callback-url.ts';
import { createDeliver } from './deliver.ts';
import { createPace } from './pace.ts';
import { createSmsChannel } from './sms-channel.ts';
import type { smsWorkerEnv } from './sms-worker.env.ts';

interface World {
  dynamo: DynamoDBDocumentClient;
  sqs: SQSClient;
  logger: Pick<Log, 'warn' | 'info'>;
  count: Count;
}

/** The sms channel as it is deployed: Twilio first, SNS behind it, on the table and the queues of the environment. */
export function composeSms(env: z.output<typeof smsWorkerEnv>, { dynamo, sqs, logger, count }: World) {
  const clock = { now: Date.now };
  const scaled = rules(env.TIME_SCALE);
  const pages = createPageStore(dynamo, env.TABLE_NAME);
  const lanes = { urgent: env.URGENT_QUEUE_URL, normal: env.NORMAL_QUEUE_URL };
  const queue = createDeliveryQueue(sqs, lanes, env.TIME_SCALE);
  const secret = createProviderSecret(secretsManager(), env.PROVIDER_SECRET_ID, clock);

  const twilio = createTwilioSms({
    credentials: async () => (await secret()).twilio,
    ...(env.TWILIO_API_URL && { apiUrl: env.TWILIO_API_URL }),
    callbackUrl: callbackUrl(env.PUBLIC_BASE_URL, env.TWILIO_API_URL, '/webhooks/twilio/sms/status'),
    timeoutMs: FIXED.providerTimeout,
  });
  const standby = createSnsSms({ client: sns(), senderId: env.SNS_SENDER_ID, timeoutMs: FIXED.providerTimeout });

  const optOut = createOptOut({
    recipients: createRecipientStore(dynamo, env.TABLE_NAME),
    optOuts: createOptOutStore(dynamo, env.TABLE_NAME),
    audit: createAuditLog(dynamo, env.TABLE_NAME),
    news: createOptOutNews({ logger, count }),
    clock,
  });
  const actionLink = createActionLink({
    keys: createActionKeys(secretsManager(), env.ACTION_KEY_ID, clock),
    publicBaseUrl: env.PUBLIC_BASE_URL,
    clock,
  });
  const deliver = createDeliver({
    pages,
    queue,
    deadLetters: createDeadLetters(sqs, env.DEAD_LETTER_QUEUE_URL),
    channel: createSmsChannel({
      providers: [twilio, standby],
      lateReceipts: createLateReceipts(dynamo, env.TABLE_NAME, clock),
      receiptChecks: createReceiptCheckQueue(sqs, env.RECEIPT_CHECK_QUEUE_URL, env.TIME_SCALE),
      receiveReceipt: createReceiveReceipt({ pages, queue, optOut, duplicate: () => count(METRICS.duplicate), clock }),
      // A text without its link is worth more than none.
      actionLink: (page) => actionLink(page, 'acknowledge').catch(() => undefined),
      optOut,
      rules: scaled,
      logger,
      count,
    }),
    circuits: createCircuits({
      store: createCircuitStore(dynamo, env.TABLE_NAME),
      clock,
      rules: scaled,
      random: Math.random,
      changed(circuit, event) {
        logger.warn(`circuit ${event}`, { circuit });
        if (event === 'opened') count(METRICS.circuitOpened);
      },
    }),
    rules: scaled,
    clock,
    random: Math.random,
  });
  const limits = createSenderLimits(
    { store: createPaceStore(dynamo, env.TABLE_NAME), clock, rules: scaled },
    2 * env.LANE_CONCURRENCY,
  );
  return { deliver, pace: createPace({ limits, queue, rules: scaled }, [twilio.name, standby.name]) };
}
