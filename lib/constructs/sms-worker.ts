import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Construct } from 'constructs';
import { smsWorkerEnv } from '../../lambdas/delivery/sms-worker.env.ts';
import type { Config } from '../config.ts';
import type { DataStack } from '../data-stack.ts';
import { DeliveryAlarms } from './delivery-alarms.ts';
import { Fn } from './fn.ts';
import { QueueAlarms } from './queue-alarms.ts';
import { grantTexts } from './sns-publish.ts';

interface Props {
  config: Config;
  data: DataStack;
  publicBaseUrl: string;
}

/** The worker that drains both lanes of the sms channel, and its alarms. */
export class SmsWorker extends Construct {
  readonly fn: Fn<typeof smsWorkerEnv>;

  constructor(scope: Construct, id: string, { config, data, publicBaseUrl }: Props) {
    super(scope, id);
    const { table, sms, providerSecret, actionKey, receiptChecks } = data;
    this.fn = new Fn(this, 'Fn', {
      entry: 'delivery/sms-worker',
      description: 'Sends texts: claim, providers in turn, outcome',
      env: smsWorkerEnv,
      environment: {
        TABLE_NAME: table.tableName,
        URGENT_QUEUE_URL: sms.urgent.queueUrl,
        URGENT_QUEUE_ARN: sms.urgent.queueArn,
        NORMAL_QUEUE_URL: sms.normal.queueUrl,
        DEAD_LETTER_QUEUE_URL: sms.deadLetters.queueUrl,
        RECEIPT_CHECK_QUEUE_URL: receiptChecks.queueUrl,
        PROVIDER_SECRET_ID: providerSecret.secretArn,
        ACTION_KEY_ID: actionKey.secretArn,
        SNS_SENDER_ID: config.snsSenderId,
        PUBLIC_BASE_URL: publicBaseUrl,
        TWILIO_API_URL: '',
        LANE_CONCURRENCY: String(config.smsConcurrency),
        TIME_SCALE: '1',
      },
    });
    // Beside pages: circuits, paces, and recipients who opt out.
    table.grantItems(this.fn, 'GetItem', 'PutItem', 'UpdateItem');
    table.grantQuery(this.fn, 'items');
    for (const secret of [providerSecret, actionKey]) secret.grantRead(this.fn);
    grantTexts(this.fn);
    for (const lane of [sms.urgent, sms.normal]) {
      // Without a maximum concurrency, throttled batches wander into the dead letters.
      const source = { batchSize: 10, maxConcurrency: config.smsConcurrency, reportBatchItemFailures: true };
      this.fn.addEventSource(new SqsEventSource(lane, source));
    }
    for (const queue of [sms.urgent, sms.normal, sms.deadLetters, receiptChecks]) {
      queue.grant(this.fn, 'sqs:SendMessage');
    }
    new DeliveryAlarms(this, 'DeliveryAlarms', { worker: this.fn, topicArn: config.alarmTopicArn });
    new QueueAlarms(this, 'Alarms', {
      name: 'SMS',
      deadLetters: sms.deadLetters,
      lanes: { Urgent: sms.urgent, Normal: sms.normal },
      worker: this.fn,
      topicArn: config.alarmTopicArn,
    });
  }
}
