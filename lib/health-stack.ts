import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { Grant } from 'aws-cdk-lib/aws-iam';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { Construct } from 'constructs';
import type { Channel } from '../lambdas/core/page/page.ts';
import { healthCheckEnv, type Watched } from '../lambdas/provider-health/health-check.env.ts';
import type { Config } from './config.ts';
import { acknowledgeNagFinding } from './constructs/acknowledge-nag-finding.ts';
import { AsyncAlarms } from './constructs/async-alarms.ts';
import { DurableQueue } from './constructs/durable-queue.ts';
import { Fn } from './constructs/fn.ts';
import { HealthAlarms } from './constructs/health-alarms.ts';
import { QueueAlarms } from './constructs/queue-alarms.ts';
import { RecurringSchedule } from './constructs/recurring-schedule.ts';
import type { DataStack } from './data-stack.ts';

interface Props extends StackProps {
  config: Config;
  data: DataStack;
  /** What Twilio's webhooks are to begin with. */
  publicBaseUrl: string;
  /** Queues of other stacks, by the names that GET /health/details shows. */
  queues: Record<string, DurableQueue>;
}

/** Looks every 30 s whether everything a page needs is there, and keeps what it found. */
export class HealthStack extends Stack {
  constructor(scope: Construct, id: string, { config, data, publicBaseUrl, queues, ...props }: Props) {
    super(scope, id, props);
    const { table, channels, providerSecret } = data;
    const deadLetters = new DurableQueue(this, 'HealthDeadLetters');
    const queue = new DurableQueue(this, 'HealthChecks', { deadLetters });
    const watched = { ...watchedQueues(data), ...queues, 'health-checks': queue };

    const check = new Fn(this, 'HealthCheck', {
      entry: 'provider-health/health-check',
      description: 'Checks table, queues and providers, and writes the snapshot',
      env: healthCheckEnv,
      environment: {
        TABLE_NAME: table.tableName,
        ...data.events.environment,
        PROVIDER_SECRET_ID: providerSecret.secretArn,
        HEALTH_QUEUE_URL: queue.queueUrl,
        QUEUES: this.toJsonString(namesOf(watched)),
        EMAIL_FROM: config.emailFrom ?? '',
        VOICE_ORIGINATION_IDENTITY: config.voiceOriginationIdentity ?? '',
        CALLBACK_BASE_URL: publicBaseUrl,
        SMS_COUNTRIES: config.smsCountries,
        TWILIO_API_URL: '',
        SENDGRID_API_URL: '',
        SLACK_API_URL: '',
        TIME_SCALE: '1',
      },
    });
    // Deletes nothing but the lease of its own run.
    table.grantItems(check, 'GetItem', 'PutItem', 'UpdateItem', 'DeleteItem');
    table.grantQuery(check, 'items');
    providerSecret.grantRead(check);
    data.events.grantPut(check);
    const feeding = Object.values(watched).flat();
    const deadLetterQueues = feeding.flatMap(({ deadLetterQueue }) => deadLetterQueue?.queue ?? []);
    // Of its own queue it may read that as its consumer.
    const others = [...feeding, ...deadLetterQueues].filter((one) => one !== queue);
    for (const one of new Set(others)) one.grant(check, 'sqs:GetQueueAttributes');
    this.allowToAsk(check, [...channels.queues.keys()]);

    // The second check of each minute comes through the queue, delayed by 30 s.
    new RecurringSchedule(this, 'EveryMinute', {
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
    const started = new AsyncAlarms(this, 'AsyncAlarms', { topicArn });
    // Five minutes have five scheduled runs.
    started.dropped('Health', check, 2);
    started.throttled();
    started.loopStopped();
    new CfnOutput(this, 'HealthQueueUrl', { value: queue.queueUrl });
    new CfnOutput(this, 'HealthDeadLettersUrl', { value: deadLetters.queueUrl });
  }

  private allowToAsk(check: Fn<typeof healthCheckEnv>, channels: readonly Channel[]): void {
    const actions = [...new Set(channels.flatMap((channel) => QUESTIONS[channel] ?? []))];
    if (actions.length === 0) return;
    Grant.addToPrincipal({ grantee: check, actions, resourceArns: ['*'] });
    acknowledgeNagFinding(
      check.role ?? check,
      'IAM5[Resource::*]',
      'All of it is read only. Settings and standing of the account are no resource, and which numbers and identities it has is part of the question.',
    );
  }
}

/** What the checks of a channel's AWS providers ask about the account. */
const QUESTIONS: Partial<Record<Channel, readonly string[]>> = {
  sms: [
    'sns:GetSMSAttributes',
    'sns:GetSMSSandboxAccountStatus',
    'sms-voice:DescribePhoneNumbers',
    'sms-voice:GetResourcePolicy',
  ],
  push: ['sns:ListPlatformApplications'],
  email: ['ses:GetAccount', 'ses:GetEmailIdentity'],
  voice: ['sms-voice:DescribeAccountAttributes', 'sms-voice:DescribeSpendLimits', 'sms-voice:DescribePhoneNumbers'],
};

/** By the names that GET /health/details shows; the lanes of a channel, urgent and normal, under the channel's. */
type WatchedQueues = Record<string, DurableQueue | [urgent: DurableQueue, normal: DurableQueue]>;

function watchedQueues({ channels, ...data }: DataStack): WatchedQueues {
  const lanes = [...channels.queues].map(([channel, { urgent, normal }]) => [channel, [urgent, normal]]);
  return {
    ...(Object.fromEntries(lanes) as WatchedQueues),
    looks: data.escalationChecks,
    stops: data.stops,
    'inbound-texts': data.inboundTexts,
    'receipt-checks': data.receiptChecks,
    alerts: data.alerts,
    webhooks: data.events.webhooks,
    releases: data.suppression.releases,
  };
}

const namesOf = (watched: WatchedQueues): Watched =>
  Object.fromEntries(
    Object.entries(watched).map(([name, one]) => [
      name,
      one instanceof DurableQueue ? one.queueName : [one[0].queueName, one[1].queueName],
    ]),
  );
