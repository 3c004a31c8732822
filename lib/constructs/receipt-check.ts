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
import { grantReceipts, receiptEnvironment } from './receiving.ts';
import { RecurringSchedule } from './recurring-schedule.ts';

/** Asks providers for receipts that did not come: three minutes after acceptance, and every hour for a day. */
export class ReceiptCheck extends Construct {
  readonly fn: Fn<typeof receiptCheckEnv>;

  constructor(scope: Construct, id: string, { config, data }: { config: Config; data: DataStack }) {
    super(scope, id);
    const { table, providerSecret, receiptChecks, receiptCheckDeadLetters } = data;
    this.fn = new Fn(this, 'Fn', {
      entry: 'receipts/receipt-check',
      description: 'Asks for receipts that did not come',
      env: receiptCheckEnv,
      environment: {
        ...receiptEnvironment(this, data),
        RECEIPT_CHECK_QUEUE_URL: receiptChecks.queueUrl,
        DEAD_LETTER_QUEUE_URL: receiptCheckDeadLetters.queueUrl,
        PROVIDER_SECRET_ID: providerSecret.secretArn,
        TWILIO_API_URL: '',
      },
    });
    grantReceipts(this.fn, data);
    table.grantItems(this.fn, 'DeleteItem');
    providerSecret.grantRead(this.fn);
    for (const queue of [receiptChecks, receiptCheckDeadLetters]) queue.grant(this.fn, 'sqs:SendMessage');
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
