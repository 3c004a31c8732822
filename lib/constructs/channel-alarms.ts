import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  type CreateAlarmOptions,
  type IMetric,
  Stats,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { ChannelQueue } from './channel-queue.ts';

interface Props {
  channel: string;
  queue: ChannelQueue;
  worker: IFunction;
  topicArn: string | undefined;
}

const MINUTE = Duration.minutes(1);

/** What has to be looked at by a person when a channel does not deliver. Each has its section in docs/runbook.md. */
export class ChannelAlarms extends Construct {
  private readonly action: SnsAction | undefined;

  constructor(scope: Construct, id: string, { channel, queue, worker, topicArn }: Props) {
    super(scope, id);
    this.action = topicArn ? new SnsAction(Topic.fromTopicArn(this, 'Topic', topicArn)) : undefined;

    // A dead letter is a page that was given up: one is one too many.
    this.alarm('DeadLetters', `${channel}: pages were given up`, {
      metric: queue.deadLetters.metricApproximateNumberOfMessagesVisible({ period: MINUTE, statistic: Stats.MAXIMUM }),
      threshold: 0,
      evaluationPeriods: 1,
    });
    for (const [lane, source] of [
      ['Urgent', queue.urgent],
      ['Normal', queue.normal],
    ] as const) {
      // A healthy lane is drained in seconds. Retries wait as delayed messages, which have no age yet, and a message in
      // flight behind a lease is back within 20 s; so two minutes mean that nobody is taking messages.
      this.alarm(`OldestMessage${lane}`, `${channel}: the ${lane.toLowerCase()} lane is not drained`, {
        metric: source.metricApproximateAgeOfOldestMessage({ period: MINUTE, statistic: Stats.MAXIMUM }),
        threshold: 120,
        evaluationPeriods: 1,
      });
    }
    // A worker reports what it cannot do per message; an error of the function itself is a crash, a timeout or a
    // deployment that cannot start. One may be a blip of the platform, three in five minutes are not.
    this.alarm('WorkerErrors', `${channel}: the worker fails`, {
      metric: worker.metricErrors({ period: Duration.minutes(5), statistic: Stats.SUM }),
      threshold: 2,
      evaluationPeriods: 1,
    });
  }

  private alarm(
    id: string,
    description: string,
    options: Omit<CreateAlarmOptions, 'alarmDescription'> & { metric: IMetric },
  ) {
    const alarm = new Alarm(this, id, {
      alarmDescription: `${description}. See docs/runbook.md#${id.toLowerCase()}`,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      ...options,
    });
    if (this.action) alarm.addAlarmAction(this.action);
  }
}
