import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Construct } from 'constructs';
import type { $ZodObject, input } from 'zod/v4/core';
import type { Channel } from '../../lambdas/core/page/page.ts';
import type { workerEnv } from '../../lambdas/delivery/worker.env.ts';
import type { Config } from '../config.ts';
import type { DataStack } from '../data-stack.ts';
import type { ChannelQueue } from './channel-queue.ts';
import { CHANNEL_NAMES } from './channels.ts';
import { DeliveryAlarms } from './delivery-alarms.ts';
import { Fn } from './fn.ts';
import { QueueAlarms } from './queue-alarms.ts';

type Environment<S extends $ZodObject> = { [K in Exclude<keyof input<S>, keyof input<typeof workerEnv>>]: string };

interface Props<S extends $ZodObject> {
  channel: Channel;
  queue: ChannelQueue;
  config: Config;
  data: DataStack;
  publicBaseUrl: string;
  /** The schema of the worker, and what it needs beyond every worker's environment. */
  env: S;
  environment: Environment<S>;
}

/** Twilio places one call a second, and one segment a second of a long code, and queues the rest where nobody sees it. */
const DEFAULT_PER_MINUTE: Partial<Record<Channel, number>> = { sms: 60, voice: 60 };

/** What one sender of the channel may send in a minute; of texts segments. */
export const senderRate = (config: Pick<Config, 'senderRates'>, channel: Channel): string =>
  String(config.senderRates[channel] ?? DEFAULT_PER_MINUTE[channel] ?? 100);

/** The worker that drains both lanes of a channel, and its alarms. */
export class ChannelWorker<S extends $ZodObject> extends Construct {
  readonly fn: Fn<S>;

  constructor(scope: Construct, id: string, { channel, queue, config, data, publicBaseUrl, ...own }: Props<S>) {
    super(scope, id);
    const { table, providerSecret, actionKey, receiptChecks, escalationChecks, alerts } = data;
    const shared: { [K in keyof input<typeof workerEnv>]: string } = {
      TABLE_NAME: table.tableName,
      ...data.events.environment,
      URGENT_QUEUE_URL: queue.urgent.queueUrl,
      URGENT_QUEUE_ARN: queue.urgent.queueArn,
      NORMAL_QUEUE_URL: queue.normal.queueUrl,
      DEAD_LETTER_QUEUE_URL: queue.deadLetters.queueUrl,
      RECEIPT_CHECK_QUEUE_URL: receiptChecks.queueUrl,
      ESCALATION_CHECK_QUEUE_URL: escalationChecks.queueUrl,
      ALERT_QUEUE_URL: alerts.queueUrl,
      PROVIDER_SECRET_ID: providerSecret.secretArn,
      ACTION_KEY_ID: actionKey.secretArn,
      PUBLIC_BASE_URL: publicBaseUrl,
      TWO_WAY_CALLING_CODES: config.twoWayCountries,
      LANE_CONCURRENCY: String(config.laneConcurrency),
      SENDER_PER_MINUTE: senderRate(config, channel),
      SENDER_BURST: '10',
      TIME_SCALE: '1',
    };
    this.fn = new Fn(this, 'Fn', {
      entry: `delivery/${channel}-worker`,
      description: `Sends by ${channel}: claim, providers in turn, outcome`,
      env: own.env,
      environment: { ...shared, ...own.environment } as { [K in keyof input<S>]: string },
    });
    data.events.grantPut(this.fn);
    // Beside pages, those that share a message with them: circuits, paces, and recipients whose contact points turn out to be dead.
    table.grantItems(this.fn, 'GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem');
    table.grantQuery(this.fn, 'items');
    for (const secret of [providerSecret, actionKey]) secret.grantRead(this.fn);
    for (const lane of [queue.urgent, queue.normal]) {
      // Without a maximum concurrency, throttled batches wander into the dead letters.
      const source = { batchSize: 10, maxConcurrency: config.laneConcurrency, reportBatchItemFailures: true };
      this.fn.addEventSource(new SqsEventSource(lane, source));
    }
    for (const one of [queue.urgent, queue.normal, queue.deadLetters, receiptChecks, escalationChecks, alerts]) {
      one.grant(this.fn, 'sqs:SendMessage');
    }
    const name = channel === 'sms' ? 'SMS' : CHANNEL_NAMES[channel];
    const topicArn = config.alarmTopicArn;
    new DeliveryAlarms(this, 'DeliveryAlarms', { name, worker: this.fn, topicArn });
    const lanes = { Urgent: queue.urgent, Normal: queue.normal };
    const { deadLetters } = queue;
    new QueueAlarms(this, 'Alarms', { name, section: 'channel', deadLetters, lanes, worker: this.fn, topicArn });
  }
}
