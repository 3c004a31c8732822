import { Duration } from 'aws-cdk-lib';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Construct } from 'constructs';
import { receiptCheckEnv } from '../../lambdas/receipts/receipt-check.env.ts';
import type { Config } from '../config.ts';
import type { DataStack } from '../data-stack.ts';
import { AsyncAlarms } from './async-alarms.ts';
import { ReceiptAlarms } from './delivery-alarms.ts';
import { Fn } from './fn.ts';
import { QueueAlarms } from './queue-alarms.ts';
import { RecurringSchedule } from './recurring-schedule.ts';

/** Asks providers for receipts that did not come: three minutes after acceptance, and every hour for a day. */
export class ReceiptCheck extends Construct {
  readonly fn: Fn<typeof receiptCheckEnv>;

  constructor(scope: Construct, id: string, { config, data }: { config: Config; data: DataStack }) {
    super(scope, id);
    const { table, channels, escalationChecks, alerts, providerSecret, receiptChecks, receiptCheckDeadLetters } = data;
    this.fn = new Fn(this, 'Fn', {
      entry: 'receipts/receipt-check',
      description: 'Asks for receipts that did not come',
      env: receiptCheckEnv,
      environment: {
        TABLE_NAME: table.tableName,
        ...data.events.environment,
        LANES: channels.lanesFor(this),
        ESCALATION_CHECK_QUEUE_URL: escalationChecks.queueUrl,
        ALERT_QUEUE_URL: alerts.queueUrl,
        RECEIPT_CHECK_QUEUE_URL: receiptChecks.queueUrl,
        DEAD_LETTER_QUEUE_URL: receiptCheckDeadLetters.queueUrl,
        PROVIDER_SECRET_ID: providerSecret.secretArn,
        TWILIO_API_URL: '',
        TIME_SCALE: '1',
      },
    });
    table.grantItems(this.fn, 'GetItem', 'PutItem', 'UpdateItem', 'DeleteItem');
    table.grantQuery(this.fn, 'items');
    providerSecret.grantRead(this.fn);
    channels.grantSend(this.fn);
    data.events.grantPut(this.fn);
    const sendsTo = [receiptChecks, receiptCheckDeadLetters, escalationChecks, alerts];
    for (const queue of sendsTo) queue.grant(this.fn, 'sqs:SendMessage');
    this.fn.addEventSource(
      new SqsEventSource(receiptChecks, { batchSize: 10, maxConcurrency: 5, reportBatchItemFailures: true }),
    );
    new RecurringSchedule(this, 'Hourly', {
      rate: Duration.hours(1),
      description: 'Asks again for receipts that did not come, for a day',
      target: this.fn,
      deadLetters: receiptCheckDeadLetters,
    });
    const topicArn = config.alarmTopicArn;
    new AsyncAlarms(this, 'AsyncAlarms', { topicArn }).dropped('Receipt checks', this.fn, 0);
    new ReceiptAlarms(this, 'ReceiptAlarms', { worker: this.fn, topicArn });
    new QueueAlarms(this, 'Alarms', {
      name: 'Receipt checks',
      deadLetters: receiptCheckDeadLetters,
      lanes: { '': receiptChecks },
      worker: this.fn,
      topicArn,
    });
  }
}
