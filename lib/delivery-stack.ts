import { Stack, type StackProps } from 'aws-cdk-lib';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { Construct } from 'constructs';
import { stopAgainEnv } from '../lambdas/answers/stop-again.env.ts';
import { smsWorkerEnv } from '../lambdas/delivery/sms-worker.env.ts';
import type { Config } from './config.ts';
import { Fn } from './constructs/fn.ts';
import { QueueAlarms } from './constructs/queue-alarms.ts';
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
    const { table, sms, stops, stopDeadLetters, providerSecret } = data;
    const topicArn = config.alarmTopicArn;

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
    });
    table.grantItems(worker, 'GetItem', 'UpdateItem');
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
      lane.grant(worker, 'sqs:SendMessage');
    }
    sms.deadLetters.grant(worker, 'sqs:SendMessage');
    const lanes = { Urgent: sms.urgent, Normal: sms.normal };
    new QueueAlarms(this, 'SmsAlarms', { name: 'SMS', deadLetters: sms.deadLetters, lanes, worker, topicArn });

    const stopAgain = new Fn(this, 'StopAgain', {
      entry: 'answers/stop-again',
      description: 'Second pass over an incident that was answered',
      env: stopAgainEnv,
      environment: { TABLE_NAME: table.tableName },
    });
    table.grantItems(stopAgain, 'GetItem', 'BatchGetItem', 'UpdateItem');
    table.grantQuery(stopAgain, 'byIncident');
    stopAgain.addEventSource(
      new SqsEventSource(stops, { batchSize: 10, maxConcurrency: 5, reportBatchItemFailures: true }),
    );
    const alarmed = { deadLetters: stopDeadLetters, lanes: { '': stops }, worker: stopAgain };
    new QueueAlarms(this, 'StopAlarms', { name: 'Answers', ...alarmed, topicArn });
  }
}
