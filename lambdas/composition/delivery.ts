import type { SQSEvent } from 'aws-lambda';
import type * as z from 'zod';
import type { Channel as ChannelName } from '../core/page/page.ts';
import type { DeliveryMessage, DeliveryQueue } from '../core/page/ports.ts';
import { rules } from '../core/rules.ts';
import { createActionLinks } from '../delivery/action-link.ts';
import type { Channel } from '../delivery/channel.ts';
import { createConsume } from '../delivery/consume.ts';
import { type CopyResult, createDeliver } from '../delivery/deliver.ts';
import { createMessages } from '../delivery/messages.ts';
import { createPace } from '../delivery/pace.ts';
import { createStillDown } from '../delivery/still-down.ts';
import type { workerEnv } from '../delivery/worker.env.ts';
import { dynamo, secretsManager, sqs } from '../runtime/aws.ts';
import { createLogger } from '../runtime/logger.ts';
import { METRICS } from '../runtime/metric-names.ts';
import { createCount } from '../runtime/metrics.ts';
import { sqsHandler } from '../runtime/sqs-handler.ts';
import { createActionKeys } from '../stores/action-keys.ts';
import { createAuditLog } from '../stores/audit.ts';
import { createGroupStore } from '../stores/groups.ts';
import { createOptOutStore } from '../stores/opt-outs.ts';
import { createPaceStore } from '../stores/paces.ts';
import { createProviderSecret } from '../stores/provider-secret.ts';
import {
  createAlertQueue,
  createDeadLetters,
  createDeliveryQueue,
  createLooks,
  createOperationsAlerts,
  createReceiptCheckQueue,
  hideFor,
} from '../stores/queues.ts';
import { createRecipientStore } from '../stores/recipients.ts';
import { createAfterFailure } from '../use-cases/after-failure.ts';
import { createBoarding, createBundleOf, createTellRiders } from '../use-cases/bundle.ts';
import { createCircuits } from '../use-cases/circuits.ts';
import { createOptOut } from '../use-cases/opt-out.ts';
import { createReceiveReceipt, NO_CALLS } from '../use-cases/receive-receipt.ts';
import { createSenderLimits } from '../use-cases/sender-limits.ts';
import { notingContacts } from './contact-news.ts';
import { createOptOutNews } from './opt-out-news.ts';
import { publishedCircuits, publishedPages } from './publishing.ts';
import { createTellUnknownCode } from './unknown-code.ts';
import { deployedWording } from './wording.ts';

type Deliver = (message: DeliveryMessage) => Promise<CopyResult>;

/** What one sender may send, in the time of this run. */
const paceOf = ({ SENDER_PER_MINUTE, SENDER_BURST, TIME_SCALE }: z.output<typeof workerEnv>) => ({
  interval: 60_000 / SENDER_PER_MINUTE / TIME_SCALE,
  burst: SENDER_BURST,
});

/** What every channel's worker is made of, over the table and the queues of its environment. */
export function composeWorker(name: ChannelName, env: z.output<typeof workerEnv>) {
  const [logger, count] = [createLogger(`${name}-worker`), createCount(`${name}-worker`)];
  const clock = { now: Date.now };
  const scaled = rules(env.TIME_SCALE);
  const pages = publishedPages(env, clock);
  const groups = createGroupStore(dynamo(), env.TABLE_NAME);
  const recipients = createRecipientStore(dynamo(), env.TABLE_NAME);
  const audit = createAuditLog(dynamo(), env.TABLE_NAME);
  const lane = { urgent: env.URGENT_QUEUE_URL, normal: env.NORMAL_QUEUE_URL };
  const queue = createDeliveryQueue(sqs(), { [name]: lane }, env.TIME_SCALE);
  const deadLetters = createDeadLetters(sqs(), env.DEAD_LETTER_QUEUE_URL);
  const alerts = createAlertQueue(sqs(), env.ALERT_QUEUE_URL);
  const noteContacts = notingContacts({ logger, count, recipients, audit, alerts, clock });
  const optOut = createOptOut({
    recipients,
    audit,
    clock,
    optOuts: createOptOutStore(dynamo(), env.TABLE_NAME),
    news: createOptOutNews({ logger, count, alerts }),
  });
  const afterFailure = createAfterFailure({
    pages,
    audit,
    clock,
    looks: createLooks(sqs(), env.LOOK_QUEUE_URL, env.TIME_SCALE),
    alerts: createOperationsAlerts(sqs(), env.ALERT_QUEUE_URL),
    rules: scaled,
    tellRiders: (page, delivery) => tellRiders(page, delivery),
  });
  const tellRiders = createTellRiders({ pages, groups, clock, afterFailure });
  const bundleOf = createBundleOf({ pages, groups });
  const links = createActionLinks({
    keys: createActionKeys(secretsManager(), env.ACTION_KEY_ID, clock),
    publicBaseUrl: env.PUBLIC_BASE_URL,
    clock,
  });
  const secret = createProviderSecret(secretsManager(), env.PROVIDER_SECRET_ID, clock);
  // One for sends and for receipts: what one of them learns of a circuit, the other knows at once.
  const circuits = createCircuits({
    store: publishedCircuits(env, clock),
    clock,
    rules: scaled,
    random: Math.random,
    changed(circuit, event) {
      logger.warn(`circuit ${event}`, { circuit });
      if (event === 'opened') count(METRICS.circuitOpened);
    },
  });
  const paces = createPaceStore(dynamo(), env.TABLE_NAME);
  const limits = createSenderLimits({ store: paces, clock, pace: paceOf(env) }, 2 * env.LANE_CONCURRENCY);
  const unknownCode = createTellUnknownCode({ logger, count });
  const parts = {
    limits,
    clock,
    logger,
    count,
    pages,
    queue,
    recipients,
    audit,
    optOut,
    links,
    afterFailure,
    rules: scaled,
    secret,
    messages: createMessages({
      whole: pages.getWhole,
      links,
      overrides: deployedWording(),
      rules: scaled,
      bundleOf,
      twoWay: env.TWO_WAY_CALLING_CODES,
      ourNumber: async () => (await secret()).twilio.phoneNumber,
      clock,
    }),
    receiptChecks: createReceiptCheckQueue(sqs(), env.RECEIPT_CHECK_QUEUE_URL, env.TIME_SCALE),
    receiveReceipt: createReceiveReceipt({
      pages,
      queue,
      optOut,
      noteContacts,
      circuits,
      unknownCode,
      afterFailure,
      tellRiders,
      clock,
      // The worker applies receipts of texts alone: those that a log told before the send was known.
      calls: NO_CALLS,
      rules: scaled,
      duplicate: () => count(METRICS.duplicate),
    }),
  };

  /**
   * The Lambda handler of the channel's lanes.
   * @param wrap what has to happen before a copy may be delivered
   */
  function handlerOf(
    channel: Channel,
    wrap: (deliver: Deliver, queue: DeliveryQueue) => Deliver = (deliver) => deliver,
  ): (event: SQSEvent, context: never) => Promise<unknown> {
    const deliver = createDeliver({
      pages,
      queue,
      deadLetters,
      channel,
      circuits,
      unknownCode,
      optOut,
      noteContacts,
      afterFailure,
      clock,
      rules: scaled,
      random: Math.random,
    });
    const providers = channel.hops.map((hop) => hop.name);
    const isUrgent = ({ eventSourceARN }: { eventSourceARN: string }) => eventSourceARN === env.URGENT_QUEUE_ARN;
    return sqsHandler(
      createConsume({
        deliver: wrap(deliver, queue),
        deadLetters,
        clock,
        logger,
        isUrgent,
        board: createBoarding({
          pages,
          groups,
          clock,
          rules: scaled,
          rode: (page, delivery) => channel.concluded({ page, delivery, legs: [], conclusion: { next: 'sent' } }),
        }),
        beside: channel.beside,
        stillDown: createStillDown({ pages, queue, channel, circuits, rules: scaled, clock, random: Math.random }),
        pace: createPace({ limits, queue, rules: scaled }, name, providers),
        hide: (record, ms) => hideFor(sqs(), isUrgent(record) ? lane.urgent : lane.normal, record.receiptHandle, ms),
      }),
      { logger, count },
    ) as never;
  }

  return { ...parts, handlerOf };
}
