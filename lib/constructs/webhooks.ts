import { Duration } from 'aws-cdk-lib';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Construct } from 'constructs';
import { webhooksEnv } from '../../lambdas/events/webhooks.env.ts';
import type { Config } from '../config.ts';
import type { DataStack } from '../data-stack.ts';
import { EventAlarms } from './event-alarms.ts';
import { Fn } from './fn.ts';
import { QueueAlarms } from './queue-alarms.ts';

/** Posts events to the webhooks of the deployment, and watches that events can be told at all. */
export class Webhooks extends Construct {
  constructor(scope: Construct, id: string, { config, data }: { config: Config; data: DataStack }) {
    super(scope, id);
    const { webhooks, webhookDeadLetters } = data.events;
    const fn = new Fn(this, 'Fn', {
      entry: 'events/webhooks',
      description: 'Posts signed events to the webhooks of the deployment',
      env: webhooksEnv,
      environment: {
        WEBHOOK_URLS: config.webhookUrls.join(' '),
        WEBHOOK_KEY_ID: data.webhookKey.secretArn,
        WEBHOOK_QUEUE_URL: webhooks.queueUrl,
        WEBHOOK_DEAD_LETTERS_URL: webhookDeadLetters.queueUrl,
        TIME_SCALE: '1',
      },
    });
    data.webhookKey.grantRead(fn);
    for (const queue of [webhooks, webhookDeadLetters]) queue.grant(fn, 'sqs:SendMessage');
    // A webhook that hangs takes three seconds of a batch: enough batches at once that others do not wait for it.
    fn.addEventSource(
      new SqsEventSource(webhooks, { batchSize: 10, maxConcurrency: 20, reportBatchItemFailures: true }),
    );
    const topicArn = config.alarmTopicArn;
    const alarmed = { deadLetters: webhookDeadLetters, lanes: { '': webhooks }, worker: fn };
    new QueueAlarms(this, 'Alarms', { name: 'Webhooks', ...alarmed, topicArn });
    new EventAlarms(this, 'EventAlarms', { period: Duration.minutes(5), topicArn });
  }
}
