import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { contactSweepEnv } from '../../lambdas/upkeep/contact-sweep.env.ts';
import type { Config } from '../config.ts';
import type { DataStack } from '../data-stack.ts';
import { AsyncAlarms } from './async-alarms.ts';
import { dispatchEnvironment, grantDispatch } from './dispatching.ts';
import { Fn } from './fn.ts';
import { grantEndpointTries } from './provider-grants.ts';
import { RecurringSchedule } from './recurring-schedule.ts';

/** Looks after contact points without a page, every hour: Teams workflows are kept alive, dead push endpoints are tried. */
export class ContactSweep extends Construct {
  constructor(scope: Construct, id: string, { config, data }: { config: Config; data: DataStack }) {
    super(scope, id);
    const { table, channels, alerts, alertDeadLetters } = data;
    const fn = new Fn(this, 'Fn', {
      entry: 'upkeep/contact-sweep',
      description: 'Keeps Teams workflows alive and tries push endpoints that are disabled',
      env: contactSweepEnv,
      environment: {
        ...dispatchEnvironment(this, data),
        ALERT_QUEUE_URL: alerts.queueUrl,
      },
    });
    // It sends test cards by pages of its own; the lease of its run is deleted.
    grantDispatch(fn, data);
    table.grantItems(fn, 'DeleteItem');
    alerts.grant(fn, 'sqs:SendMessage');
    if (channels.queues.has('push')) grantEndpointTries(fn);
    new RecurringSchedule(this, 'Hourly', {
      rate: Duration.hours(1),
      description: 'Looks after contact points',
      target: fn,
      deadLetters: alertDeadLetters,
    });
    // The people whose hour it was wait for the next period, which a workflow outlives; two in a row it may not.
    new AsyncAlarms(this, 'AsyncAlarms', { topicArn: config.alarmTopicArn }).dropped('Contact sweep', fn, 0);
  }
}
