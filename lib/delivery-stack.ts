import { Stack, type StackProps } from 'aws-cdk-lib';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import type { Construct } from 'constructs';
import { stopAgainEnv } from '../lambdas/answers/stop-again.env.ts';
import type { Config } from './config.ts';
import { ChannelWorkers } from './constructs/channel-workers.ts';
import { Escalation } from './constructs/escalation.ts';
import { Fn } from './constructs/fn.ts';
import { QueueAlarms } from './constructs/queue-alarms.ts';
import { ReceiptCheck } from './constructs/receipt-check.ts';
import { SnsSmsLog } from './constructs/sns-sms-log.ts';
import type { DataStack } from './data-stack.ts';

interface Props extends StackProps {
  config: Config;
  data: DataStack;
  publicBaseUrl: string;
}

/** What drains the queues: one worker per channel, receipts that did not come, the second pass over answers. */
export class DeliveryStack extends Stack {
  constructor(scope: Construct, id: string, { config, data, publicBaseUrl, ...props }: Props) {
    super(scope, id, props);
    const { table, stops, stopDeadLetters } = data;
    const topicArn = config.alarmTopicArn;

    new ChannelWorkers(this, 'Channels', { config, data, publicBaseUrl });
    new Escalation(this, 'Escalation', { config, data });
    new ReceiptCheck(this, 'ReceiptCheck', { config, data });
    new SnsSmsLog(this, 'SnsSmsLog', { config, data });

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
