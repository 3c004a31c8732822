import { Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { Construct } from 'constructs';
import { stopAgainEnv } from '../lambdas/answers/stop-again.env.ts';
import { FIXED } from '../lambdas/core/rules.ts';
import { smsWorkerEnv } from '../lambdas/delivery/sms-worker.env.ts';
import type { Config } from './config.ts';
import { ChannelAlarms } from './constructs/channel-alarms.ts';
import { Fn } from './constructs/fn.ts';
import type { DataStack } from './data-stack.ts';

interface Props extends StackProps {
  config: Config;
  data: DataStack;
  publicBaseUrl: string;
}

/** What drains the queues: one worker per channel, and the second pass over answered incidents. */
export class DeliveryStack extends Stack {
  constructor(scope: Construct, id: string, { config, data, publicBaseUrl, ...props }: Props) {
    super(scope, id, props);
    const { table, sms, stops, providerSecret } = data;

    const worker = new Fn(this, 'SmsWorker', {
      entry: 'delivery/sms-worker',
      description: 'Sends texts: claim, provider, outcome',
      env: smsWorkerEnv,
      environment: {
        TABLE_NAME: table.tableName,
        URGENT_QUEUE_URL: sms.urgent.queueUrl,
        URGENT_QUEUE_ARN: sms.urgent.queueArn,
        NORMAL_QUEUE_URL: sms.normal.queueUrl,
        DEAD_LETTER_QUEUE_URL: sms.deadLetters.queueUrl,
        PROVIDER_SECRET_ID: providerSecret.secretArn,
        PUBLIC_BASE_URL: publicBaseUrl,
        TWILIO_API_URL: '',
        TIME_SCALE: '1',
      },
      timeout: Duration.millis(FIXED.functionTimeout),
    });
    table.grant(worker, 'dynamodb:GetItem', 'dynamodb:UpdateItem');
    providerSecret.grantRead(worker);
    for (const lane of [sms.urgent, sms.normal]) {
      // Without a maximum concurrency, throttled batches wander into the dead letters.
      worker.addEventSource(
        new SqsEventSource(lane, {
          batchSize: 10,
          maxConcurrency: config.smsConcurrency,
          reportBatchItemFailures: true,
        }),
      );
      lane.grantSendMessages(worker);
    }
    sms.deadLetters.grantSendMessages(worker);
    new ChannelAlarms(this, 'SmsAlarms', { channel: 'sms', queue: sms, worker, topicArn: config.alarmTopicArn });

    const stopAgain = new Fn(this, 'StopAgain', {
      entry: 'answers/stop-again',
      description: 'Second pass over an incident that was answered',
      env: stopAgainEnv,
      environment: { TABLE_NAME: table.tableName },
    });
    table.grant(stopAgain, 'dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query', 'dynamodb:UpdateItem');
    stopAgain.addEventSource(
      new SqsEventSource(stops, { batchSize: 10, maxConcurrency: 5, reportBatchItemFailures: true }),
    );
  }
}
