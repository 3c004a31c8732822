import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { Grant } from 'aws-cdk-lib/aws-iam';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { Channel } from '../lambdas/core/page/page.ts';
import { healthCheckEnv, type QueueGroup } from '../lambdas/provider-health/health-check.env.ts';
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
    const { table, channels, providerSecret } = data;
    const deadLetters = new DurableQueue(this, 'HealthDeadLetters');
    const queue = new DurableQueue(this, 'HealthChecks', { deadLetters });
    const watched = watchedQueues(data);

    const check = new Fn(this, 'HealthCheck', {
      entry: 'provider-health/health-check',
      description: 'Checks table, queues and providers, and writes the snapshot',
      env: healthCheckEnv,
      environment: {
        TABLE_NAME: table.tableName,
        ...data.events.environment,
        PROVIDER_SECRET_ID: providerSecret.secretArn,
        HEALTH_QUEUE_URL: queue.queueUrl,
        QUEUES: this.toJsonString(watched.map(namesOf)),
        EMAIL_FROM: config.emailFrom ?? '',
        VOICE_ORIGINATION_IDENTITY: config.voiceOriginationIdentity ?? '',
        TWILIO_API_URL: '',
        SENDGRID_API_URL: '',
        SLACK_API_URL: '',
        TIME_SCALE: '1',
      },
    });
    table.grantItems(check, 'GetItem', 'PutItem');
    table.grantQuery(check, 'items');
    providerSecret.grantRead(check);
    data.events.grantPut(check);
    for (const { queues, deadLetters: letters } of watched) {
      for (const one of [...Object.values(queues), letters]) one.grant(check, 'sqs:GetQueueAttributes');
    }
    this.allowToAsk(check, [...channels.queues.keys()]);

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

  private allowToAsk(check: Fn<typeof healthCheckEnv>, channels: readonly Channel[]): void {
    const actions = channels.flatMap((channel) => QUESTIONS[channel] ?? []);
    if (actions.length === 0) return;
    Grant.addToPrincipal({ grantee: check, actions, resourceArns: ['*'] });
    accept(
      check.role ?? check,
      'IAM5[Resource::*]',
      'Settings and standing of the account are no resource: IAM knows these actions with "*" only.',
    );
  }
}

/** What the checks of a channel's AWS providers ask about the account. */
const QUESTIONS: Partial<Record<Channel, string>> = {
  sms: 'sns:GetSMSAttributes',
  push: 'sns:ListPlatformApplications',
  email: 'ses:GetAccount',
  voice: 'sms-voice:DescribeAccountAttributes',
};

interface Watched {
  channel?: Channel;
  /** By the names that GET /health/details shows. */
  queues: Record<string, IQueue>;
  deadLetters: IQueue;
}

function watchedQueues({ channels, ...data }: DataStack): Watched[] {
  const lanes = [...channels.queues].map(([channel, { urgent, normal, deadLetters }]) => ({
    channel,
    queues: { [`${channel}-urgent`]: urgent, [`${channel}-normal`]: normal },
    deadLetters,
  }));
  return [
    ...lanes,
    { queues: { looks: data.looks }, deadLetters: data.lookDeadLetters },
    { queues: { stops: data.stops }, deadLetters: data.stopDeadLetters },
    { queues: { 'receipt-checks': data.receiptChecks }, deadLetters: data.receiptCheckDeadLetters },
    { queues: { alerts: data.alerts }, deadLetters: data.alertDeadLetters },
    { queues: { webhooks: data.events.webhooks }, deadLetters: data.events.webhookDeadLetters },
  ];
}

const namesOf = ({ channel, queues, deadLetters }: Watched): QueueGroup => ({
  ...(channel && { channel }),
  queues: Object.fromEntries(Object.entries(queues).map(([name, queue]) => [name, queue.queueName])),
  deadLetters: deadLetters.queueName,
});
