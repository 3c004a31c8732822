import { CfnOutput, Stack } from 'aws-cdk-lib';
import { Grant } from 'aws-cdk-lib/aws-iam';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { alertsEnv } from '../../lambdas/alerts/alerts.env.ts';
import type { Config } from '../config.ts';
import type { DataStack } from '../data-stack.ts';
import { dispatchEnvironment, grantDispatch } from './dispatching.ts';
import { Fn } from './fn.ts';
import { OperationsAlarms } from './operations-alarms.ts';
import { QueueAlarms } from './queue-alarms.ts';

interface Props {
  config: Config;
  data: DataStack;
  publicBaseUrl: string;
}

/** Who hears of pages that reached nobody: a topic to subscribe to, the recipients of a setting, and alarms. */
export class Operations extends Construct {
  constructor(scope: Construct, id: string, { config, data, publicBaseUrl }: Props) {
    super(scope, id);
    const { alerts, alertDeadLetters } = data;
    const topic = new Topic(this, 'Topic', { displayName: 'Lifeline operations', enforceSSL: true });

    const fn = new Fn(this, 'Alerts', {
      entry: 'alerts/alerts',
      description: 'Tells operations of pages that reached nobody, and people of opt-outs',
      env: alertsEnv,
      environment: {
        ...dispatchEnvironment(this, data),
        ALERT_QUEUE_URL: alerts.queueUrl,
        DEAD_LETTER_QUEUE_URL: alertDeadLetters.queueUrl,
        OPERATIONS_TOPIC_ARN: topic.topicArn,
        OPERATIONS_RECIPIENTS: config.operationsRecipients,
        PUBLIC_BASE_URL: publicBaseUrl,
      },
    });
    // It tells people by pages of its own.
    grantDispatch(fn, data);
    // The end of a window is a message to its own queue.
    for (const queue of [alerts, alertDeadLetters]) queue.grant(fn, 'sqs:SendMessage');
    Grant.addToPrincipal({ grantee: fn, actions: ['sns:Publish'], resourceArns: [topic.topicArn] });
    // Few at once: alerts of one cause are counted in one item.
    fn.addEventSource(new SqsEventSource(alerts, { batchSize: 10, maxConcurrency: 2, reportBatchItemFailures: true }));

    const topicArn = config.alarmTopicArn;
    const alarmed = { deadLetters: alertDeadLetters, lanes: { '': alerts }, worker: fn };
    new QueueAlarms(this, 'QueueAlarms', { name: 'Alerts', ...alarmed, topicArn });
    new OperationsAlarms(this, 'Alarms', { alerts: fn, topicArn });
    new CfnOutput(Stack.of(this), 'OperationsTopicArn', { value: topic.topicArn });
  }
}
