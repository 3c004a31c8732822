import { CfnOutput, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Grant, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { FilterPattern, type ILogGroup, LogGroup, RetentionDays, SubscriptionFilter } from 'aws-cdk-lib/aws-logs';
import { LambdaDestination } from 'aws-cdk-lib/aws-logs-destinations';
import { Construct } from 'constructs';
import { snsSmsLogEnv } from '../../lambdas/receipts/sns-sms-log.env.ts';
import type { Config } from '../config.ts';
import type { DataStack } from '../data-stack.ts';
import { AsyncAlarms } from './async-alarms.ts';
import { DurableQueue } from './durable-queue.ts';
import { Fn } from './fn.ts';
import { QueueAlarms } from './queue-alarms.ts';
import { grantReceipts, receiptEnvironment } from './receiving.ts';

interface Props {
  config: Config;
  data: DataStack;
}

/**
 * What became of texts through SNS stands in a log of the account and nowhere else (ADR 7). This subscribes to it. That
 * SNS writes it is a setting of the account, which no stack should own: the output has the command (docs/deploy.md).
 *
 * CloudWatch Logs starts the function asynchronously and never again. An event that fails goes to a queue, which brings it
 * back like any other message (ADR 19).
 */
export class SnsSmsLog extends Construct {
  /** Holds the events of the log that the function has failed at. */
  readonly queue: DurableQueue;

  constructor(scope: Construct, id: string, { config, data }: Props) {
    super(scope, id);
    const deadLetters = new DurableQueue(this, 'DeadLetters');
    const fn = new Fn(this, 'Fn', {
      entry: 'receipts/sns-sms-log',
      description: 'Receipts of texts through SNS, from its delivery log',
      env: snsSmsLogEnv,
      environment: {
        ...receiptEnvironment(this, data),
        DEAD_LETTER_QUEUE_URL: deadLetters.queueUrl,
      },
    });
    grantReceipts(fn, data);
    deadLetters.grant(fn, 'sqs:SendMessage');

    this.queue = new DurableQueue(this, 'Queue', { deadLetters });
    this.bringBack(fn, this.queue);
    const topicArn = config.alarmTopicArn;
    const alarmed = { deadLetters, lanes: { '': this.queue }, worker: fn };
    new QueueAlarms(this, 'Alarms', { name: 'SNS log', ...alarmed, topicArn });
    new AsyncAlarms(this, 'AsyncAlarms', { topicArn }).notKept('SNS log', fn);
    new CfnOutput(Stack.of(this), 'SnsLogUrl', { value: this.queue.queueUrl });
    new CfnOutput(Stack.of(this), 'SnsLogDeadLettersUrl', { value: deadLetters.queueUrl });

    const groups = this.logGroups(config.snsLogGroups === 'existing');
    for (const [name, logGroup] of Object.entries(groups)) {
      // Every line: which are ours, only the table knows.
      const filterPattern = FilterPattern.allEvents();
      new SubscriptionFilter(this, `${name}Filter`, {
        logGroup,
        filterPattern,
        destination: new LambdaDestination(fn),
      });
    }

    const writer = new Role(this, 'Writer', { assumedBy: new ServicePrincipal('sns.amazonaws.com') });
    Grant.addToPrincipal({
      grantee: writer,
      actions: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
      resourceArns: Object.values(groups).map(({ logGroupArn }) => logGroupArn),
    });
    const attributes = `DeliveryStatusIAMRole=${writer.roleArn},DeliveryStatusSuccessSamplingRate=100`;
    new CfnOutput(Stack.of(this), 'SnsLogCommand', { value: `aws sns set-sms-attributes --attributes ${attributes}` });
  }

  /** Events that failed once go to the queue, and from there to the function until it succeeds. */
  private bringBack(fn: Fn<typeof snsSmsLogEnv>, queue: DurableQueue): void {
    // CDK's own destination would also let the function read what the queue is like.
    const onFailure = { bind: () => ({ destination: queue.queueArn }) };
    const allowed = queue.grant(fn, 'sqs:SendMessage');
    // Lambda checks the grant when the destination is set.
    fn.configureAsyncInvoke({ retryAttempts: 0, onFailure });
    const config = fn.node.tryFindChild('EventInvokeConfig');
    if (config) allowed.applyBefore(config);
    fn.addEventSource(new SqsEventSource(queue, { batchSize: 10, maxConcurrency: 2, reportBatchItemFailures: true }));
  }

  /** SNS gives them their names, one pair for each account and region; it may have made them before we came. */
  private logGroups(doExist: boolean): Record<'Successes' | 'Failures', ILogGroup> {
    const { region, account } = Stack.of(this);
    const name = `sns/${region}/${account}/DirectPublishToPhoneNumber`;
    const group = (id: string, logGroupName: string) =>
      doExist
        ? LogGroup.fromLogGroupName(this, id, logGroupName)
        : new LogGroup(this, id, {
            logGroupName,
            // Longer than SNS may take to write (three days) and no longer than needed: the lines name recipients.
            retention: RetentionDays.TWO_WEEKS,
            // Other senders of the account may be in it.
            removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
          });
    return { Successes: group('Successes', name), Failures: group('Failures', `${name}/Failure`) };
  }
}
