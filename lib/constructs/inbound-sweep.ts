import { Duration } from 'aws-cdk-lib';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Construct } from 'constructs';
import { inboundSweepEnv } from '../../lambdas/replies/inbound-sweep.env.ts';
import type { Config } from '../config.ts';
import type { DataStack } from '../data-stack.ts';
import { AsyncAlarms } from './async-alarms.ts';
import { Fn } from './fn.ts';
import { QueueAlarms } from './queue-alarms.ts';
import { RecurringSchedule } from './recurring-schedule.ts';

/** Answers texts that no webhook brought, every hour. */
export class InboundSweep extends Construct {
  constructor(scope: Construct, id: string, { config, data }: { config: Config; data: DataStack }) {
    super(scope, id);
    const { table, stops, alerts, providerSecret, inboundTexts, inboundTextDeadLetters } = data;
    const fn = new Fn(this, 'Fn', {
      entry: 'replies/inbound-sweep',
      description: 'Answers texts that no webhook brought',
      env: inboundSweepEnv,
      environment: {
        TABLE_NAME: table.tableName,
        ...data.events.environment,
        ANSWER_QUEUE_URL: stops.queueUrl,
        ALERT_QUEUE_URL: alerts.queueUrl,
        INBOUND_QUEUE_URL: inboundTexts.queueUrl,
        DEAD_LETTER_QUEUE_URL: inboundTextDeadLetters.queueUrl,
        PROVIDER_SECRET_ID: providerSecret.secretArn,
        TWILIO_API_URL: '',
        TIME_SCALE: '1',
      },
    });
    // Deletes the mark of STOP, and the lease of its own run.
    table.grantItems(fn, 'GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem', 'DeleteItem');
    table.grantQuery(fn, 'items', 'byIncident');
    providerSecret.grantRead(fn);
    data.events.grantPut(fn);
    for (const queue of [stops, alerts, inboundTexts, inboundTextDeadLetters]) queue.grant(fn, 'sqs:SendMessage');
    // Two at once, the fewest that SQS takes: answers to a backlog go out through one sender, and nothing is urgent here.
    fn.addEventSource(
      new SqsEventSource(inboundTexts, { batchSize: 10, maxConcurrency: 2, reportBatchItemFailures: true }),
    );
    new RecurringSchedule(this, 'Hourly', {
      rate: Duration.hours(1),
      description: 'Answers texts that no webhook brought',
      target: fn,
      deadLetters: inboundTextDeadLetters,
    });
    // A run that fails is made up for by the next one, which looks as far back; two in a row lose texts.
    const topicArn = config.alarmTopicArn;
    new AsyncAlarms(this, 'AsyncAlarms', { topicArn }).dropped('Inbound sweep', fn, 0);
    new QueueAlarms(this, 'Alarms', {
      name: 'Inbound texts',
      deadLetters: inboundTextDeadLetters,
      lanes: { '': inboundTexts },
      worker: fn,
      topicArn,
    });
  }
}
