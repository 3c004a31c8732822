import { Duration, Stack } from 'aws-cdk-lib';
import { Grant, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Construct } from 'constructs';
import { releaseEnv } from '../../lambdas/suppression/release.env.ts';
import type { Config } from '../config.ts';
import type { DataStack } from '../data-stack.ts';
import { acknowledgeNagFinding } from './acknowledge-nag-finding.ts';
import { AsyncAlarms } from './async-alarms.ts';
import { Fn } from './fn.ts';
import { QueueAlarms } from './queue-alarms.ts';
import { RecurringSchedule } from './recurring-schedule.ts';

/** As lambdas/stores/schedules.ts names them; test/infra/grants.test.ts holds the two together. */
const SCHEDULES = 'lifeline-release-*';

/** Lets held pages go: by a schedule at the end of each hold, and by a sweep each minute for what that misses (ADR 12). */
export class Release extends Construct {
  constructor(scope: Construct, id: string, { config, data }: { config: Config; data: DataStack }) {
    super(scope, id);
    const { table, channels, escalationChecks, alerts, suppression } = data;
    const { releases, releaseDeadLetters } = suppression;
    const { account } = Stack.of(this);
    const role = new Role(this, 'ScheduleRole', {
      description: 'One-time schedules: a message to the queue of releases',
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        // Or a schedule in somebody else's account could borrow the role.
        conditions: { StringEquals: { 'aws:SourceAccount': account } },
      }),
    });
    releases.grant(role, 'sqs:SendMessage');

    const fn = new Fn(this, 'Fn', {
      entry: 'suppression/release',
      description: 'Lets held pages go when their hold ends',
      env: releaseEnv,
      environment: {
        ...data.events.environment,
        TABLE_NAME: table.tableName,
        TIME_SCALE: '1',
        LANES: channels.lanesFor(this),
        ESCALATION_CHECK_QUEUE_URL: escalationChecks.queueUrl,
        ALERT_QUEUE_URL: alerts.queueUrl,
        RELEASE_QUEUE_URL: releases.queueUrl,
        DEAD_LETTER_QUEUE_URL: releaseDeadLetters.queueUrl,
        RELEASE_QUEUE_ARN: releases.queueArn,
        SCHEDULE_ROLE_ARN: role.roleArn,
      },
    });
    table.grantItems(fn, 'GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem', 'DeleteItem');
    table.grantQuery(fn, 'items');
    channels.grantSend(fn);
    data.events.grantPut(fn);
    for (const queue of [escalationChecks, alerts, releases, releaseDeadLetters]) queue.grant(fn, 'sqs:SendMessage');
    const schedules = Stack.of(this).formatArn({
      service: 'scheduler',
      resource: 'schedule',
      resourceName: `default/${SCHEDULES}`,
    });
    Grant.addToPrincipal({ grantee: fn, actions: ['scheduler:CreateSchedule'], resourceArns: [schedules] });
    Grant.addToPrincipal({ grantee: fn, actions: ['iam:PassRole'], resourceArns: [role.roleArn] });
    acknowledgeNagFinding(
      fn.role ?? fn,
      'IAM5[Resource::arn:<AWS::Partition>:scheduler:<AWS::Region>:<AWS::AccountId>:schedule/default/lifeline-release-*]',
      'There is a schedule for each recipient and end of a hold; all of them are named like this, and nothing else is.',
    );
    fn.addEventSource(
      new SqsEventSource(releases, { batchSize: 10, maxConcurrency: 5, reportBatchItemFailures: true }),
    );
    new RecurringSchedule(this, 'Sweep', {
      rate: Duration.minutes(1),
      description: 'Held pages that are overdue',
      target: fn,
      deadLetters: releaseDeadLetters,
    });
    const topicArn = config.alarmTopicArn;
    new AsyncAlarms(this, 'AsyncAlarms', { topicArn }).dropped('Releases', fn, 2);
    new QueueAlarms(this, 'Alarms', {
      name: 'Releases',
      deadLetters: releaseDeadLetters,
      lanes: { '': releases },
      worker: fn,
      topicArn,
    });
  }
}
