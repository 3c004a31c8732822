import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { Grant } from 'aws-cdk-lib/aws-iam';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { Construct } from 'constructs';
import { healthCheckEnv } from '../lambdas/provider-health/health-check.env.ts';
import type { Config } from './config.ts';
import { accept } from './constructs/accept.ts';
import { DurableQueue } from './constructs/durable-queue.ts';
import { Every } from './constructs/every.ts';
import { Fn } from './constructs/fn.ts';
import { HealthAlarms } from './constructs/health-alarms.ts';
import { QueueAlarms } from './constructs/queue-alarms.ts';
import type { DataStack } from './data-stack.ts';

interface Props extends StackProps {
  config: Config;
  data: DataStack;
}

/** Looks every 30 s whether everything a page needs is there, and keeps what it found. */
export class HealthStack extends Stack {
  constructor(scope: Construct, id: string, { config, data, ...props }: Props) {
    super(scope, id, props);
    const { table, sms, providerSecret } = data;
    const { stops, stopDeadLetters, receiptChecks, receiptCheckDeadLetters } = data;
    const deadLetters = new DurableQueue(this, 'HealthDeadLetters');
    const queue = new DurableQueue(this, 'HealthChecks', { deadLetters });

    const check = new Fn(this, 'HealthCheck', {
      entry: 'provider-health/health-check',
      description: 'Checks table, queues and providers, and writes the snapshot',
      env: healthCheckEnv,
      environment: {
        TABLE_NAME: table.tableName,
        PROVIDER_SECRET_ID: providerSecret.secretArn,
        HEALTH_QUEUE_URL: queue.queueUrl,
        SMS_URGENT_QUEUE_URL: sms.urgent.queueUrl,
        SMS_NORMAL_QUEUE_URL: sms.normal.queueUrl,
        SMS_DEAD_LETTER_QUEUE_URL: sms.deadLetters.queueUrl,
        RECEIPT_CHECK_QUEUE_URL: receiptChecks.queueUrl,
        RECEIPT_CHECK_DEAD_LETTER_QUEUE_URL: receiptCheckDeadLetters.queueUrl,
        STOP_QUEUE_URL: stops.queueUrl,
        STOP_DEAD_LETTER_QUEUE_URL: stopDeadLetters.queueUrl,
        TWILIO_API_URL: '',
        TIME_SCALE: '1',
      },
    });
    table.grantItems(check, 'GetItem', 'PutItem');
    table.grantQuery(check, 'items');
    providerSecret.grantRead(check);
    const others = [stops, stopDeadLetters, receiptChecks, receiptCheckDeadLetters];
    for (const watched of [sms.urgent, sms.normal, sms.deadLetters, ...others]) {
      watched.grant(check, 'sqs:GetQueueAttributes');
    }
    this.allowToAskSns(check);

    // The second check of each minute comes through the queue, delayed by 30 s.
    new Every(this, 'EveryMinute', {
      rate: Duration.minutes(1),
      description: 'Health checks; each run orders a second one 30 s later',
      target: check,
      deadLetters,
    });
    queue.grant(check, 'sqs:SendMessage');
    check.addEventSource(
      new SqsEventSource(queue, { batchSize: 10, maxConcurrency: 2, reportBatchItemFailures: true }),
    );

    const topicArn = config.alarmTopicArn;
    const alarmed = { deadLetters, lanes: { '': queue }, worker: check };
    new QueueAlarms(this, 'QueueAlarms', { name: 'Health', ...alarmed, topicArn });
    new HealthAlarms(this, 'Alarms', { check, topicArn });
    new CfnOutput(this, 'HealthQueueUrl', { value: queue.queueUrl });
    new CfnOutput(this, 'HealthDeadLettersUrl', { value: deadLetters.queueUrl });
  }

  private allowToAskSns(check: Fn<typeof healthCheckEnv>): void {
    Grant.addToPrincipal({ grantee: check, actions: ['sns:GetSMSAttributes'], resourceArns: ['*'] });
    accept(
      check.role ?? check,
      'IAM5[Resource::*]',
      'The text settings of SNS belong to the account and are no resource: IAM knows this action with "*" only.',
    );
  }
}
