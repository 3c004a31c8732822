import { ArnFormat, CfnOutput, Stack } from 'aws-cdk-lib';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { CfnConfigurationSet, CfnConfigurationSetEventDestination } from 'aws-cdk-lib/aws-ses';
import { Construct } from 'constructs';
import { sesEventsEnv } from '../../lambdas/receipts/ses-events.env.ts';
import type { Config } from '../config.ts';
import type { DataStack } from '../data-stack.ts';
import { DurableQueue } from './durable-queue.ts';
import { EventRule } from './event-rule.ts';
import { Fn } from './fn.ts';
import { QueueAlarms } from './queue-alarms.ts';
import { grantReceipts, receiptEnvironment } from './receiving.ts';

/** Opens and clicks are not among them: SES would rewrite the links of the mail for those, and scanners make them too. */
const TOLD = ['SEND', 'DELIVERY', 'DELIVERY_DELAY', 'BOUNCE', 'REJECT', 'COMPLAINT'];

/**
 * What becomes of mails through SES. It tells the account's default bus, of mails sent with our configuration set; a rule
 * puts those events into a queue, since Lambda alone would give an event up after two more tries.
 */
export class SesEvents extends Construct {
  /** What mails have to be sent with to be heard of again. */
  readonly configurationSet: string;
  readonly queue: DurableQueue;

  constructor(scope: Construct, id: string, { config, data }: { config: Config; data: DataStack }) {
    super(scope, id);
    const set = new CfnConfigurationSet(this, 'Set');
    this.configurationSet = set.ref;
    const stack = Stack.of(this);
    const defaultBus = { service: 'events', resource: 'event-bus', resourceName: 'default' };
    new CfnConfigurationSetEventDestination(this, 'Destination', {
      configurationSetName: set.ref,
      eventDestination: {
        enabled: true,
        matchingEventTypes: TOLD,
        // SES knows no other bus than this one.
        eventBridgeDestination: {
          eventBusArn: stack.formatArn({ ...defaultBus, arnFormat: ArnFormat.SLASH_RESOURCE_NAME }),
        },
      },
    });

    const deadLetters = new DurableQueue(this, 'DeadLetters');
    const queue = new DurableQueue(this, 'Queue', { deadLetters });
    this.queue = queue;
    new EventRule(this, 'Rule', {
      description: 'What became of mails through SES',
      pattern: { source: ['aws.ses'], detail: { mail: { tags: { 'ses:configuration-set': [set.ref] } } } },
      queue,
      deadLetters,
    });

    const fn = new Fn(this, 'Fn', {
      entry: 'receipts/ses-events',
      description: 'Events of SES: what became of e-mails',
      env: sesEventsEnv,
      environment: receiptEnvironment(this, data),
    });
    grantReceipts(fn, data);
    fn.addEventSource(new SqsEventSource(queue, { batchSize: 10, maxConcurrency: 5, reportBatchItemFailures: true }));
    const alarmed = { deadLetters, lanes: { '': queue }, worker: fn, topicArn: config.alarmTopicArn };
    new QueueAlarms(this, 'Alarms', { name: 'SES events', ...alarmed });
    new CfnOutput(stack, 'SesEventsUrl', { value: queue.queueUrl });
    new CfnOutput(stack, 'SesEventDeadLettersUrl', { value: deadLetters.queueUrl });
  }
}
