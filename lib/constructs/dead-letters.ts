import { CfnOutput, Stack } from 'aws-cdk-lib';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Construct } from 'constructs';
import { deadLetterApiEnv } from '../../lambdas/api/dead-letters.env.ts';
import { redriveEnv } from '../../lambdas/api/redrive.env.ts';
import type { Config } from '../config.ts';
import type { DataStack } from '../data-stack.ts';
import { DurableQueue } from './durable-queue.ts';
import { Fn } from './fn.ts';
import { QueueAlarms } from './queue-alarms.ts';

interface Props {
  config: Pick<Config, 'alarmTopicArn'>;
  data: Pick<DataStack, 'table' | 'channels' | 'escalationChecks' | 'events'>;
}

/** The dead letters of all channels: who shows them, and who tries them again, a stretch at a time. */
export class DeadLetters extends Construct {
  readonly api: Fn<typeof deadLetterApiEnv>;
  readonly redrives: DurableQueue;

  constructor(scope: Construct, id: string, { config, data: { table, channels, escalationChecks, events } }: Props) {
    super(scope, id);
    const deadLetters = new DurableQueue(this, 'RedriveDeadLetters');
    const redrives = new DurableQueue(this, 'Redrives', { deadLetters });
    this.redrives = redrives;
    const shared = {
      TABLE_NAME: table.tableName,
      DEAD_LETTERS: channels.deadLettersFor(this),
      REDRIVE_QUEUE_URL: redrives.queueUrl,
    };

    this.api = new Fn(this, 'Api', {
      entry: 'api/dead-letters',
      description: 'Dead letters: shows them, starts redrives',
      env: deadLetterApiEnv,
      environment: shared,
    });
    table.grantItems(this.api, 'GetItem', 'PutItem');

    const redrive = new Fn(this, 'Redrive', {
      entry: 'api/redrive',
      description: 'Tries again what rests in the dead letters',
      env: redriveEnv,
      environment: {
        ...shared,
        LANES: channels.lanesFor(this),
        TIME_SCALE: '1',
        ESCALATION_CHECK_QUEUE_URL: escalationChecks.queueUrl,
        DEAD_LETTER_QUEUE_URL: deadLetters.queueUrl,
        ...events.environment,
      },
    });
    table.grantItems(redrive, 'GetItem', 'PutItem', 'UpdateItem');
    channels.grantSend(redrive);
    events.grantPut(redrive);
    escalationChecks.grant(redrive, 'sqs:SendMessage');
    for (const fn of [this.api, redrive]) redrives.grant(fn, 'sqs:SendMessage');
    deadLetters.grant(redrive, 'sqs:SendMessage');
    for (const { deadLetters: letters } of channels.queues.values()) {
      // Looking is taking, and giving back.
      letters.grant(this.api, 'sqs:ReceiveMessage', 'sqs:ChangeMessageVisibility', 'sqs:GetQueueAttributes');
      letters.grant(redrive, 'sqs:ReceiveMessage', 'sqs:DeleteMessage');
    }

    redrive.addEventSource(
      new SqsEventSource(redrives, { batchSize: 10, maxConcurrency: 2, reportBatchItemFailures: true }),
    );
    const alarmed = { deadLetters, lanes: { '': redrives }, worker: redrive };
    new QueueAlarms(this, 'Alarms', { name: 'Redrive', ...alarmed, topicArn: config.alarmTopicArn });
    new CfnOutput(Stack.of(this), 'RedrivesUrl', { value: redrives.queueUrl });
    new CfnOutput(Stack.of(this), 'RedriveDeadLettersUrl', { value: deadLetters.queueUrl });
  }
}
