import { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { RunbookAlarms } from './runbook-alarms.ts';

const FIVE_MINUTES = Duration.minutes(5);

/** What Lambda does not run: events that it kept for a function, calls over the account's concurrency, and loops. */
export class AsyncAlarms extends RunbookAlarms {
  constructor(scope: Construct, id: string, { topicArn }: { topicArn: string | undefined }) {
    super(scope, id, topicArn);
  }

  /**
   * Scheduled runs that failed or waited for over a minute.
   * @param most so many in five minutes are made up for by the runs after them
   */
  dropped(name: string, fn: IFunction, most: number): void {
    this.add('Dropped', {
      says: `${name}: scheduled runs are dropped`,
      section: `${name.toLowerCase().replaceAll(' ', '-')}-runs-dropped`,
      metric: fn.metric('AsyncEventsDropped', { period: FIVE_MINUTES, statistic: Stats.SUM }),
      threshold: most,
    });
  }

  /** Events that failed and could not be put into the queue that brings them back: each is lost. */
  notKept(name: string, fn: IFunction): void {
    this.add('NotKept', {
      says: `${name}: events that failed could not be kept`,
      section: `${name.toLowerCase().replaceAll(' ', '-')}-not-kept`,
      metric: fn.metric('DestinationDeliveryFailures', { period: FIVE_MINUTES, statistic: Stats.SUM }),
      threshold: 0,
    });
  }

  /**
   * Invocations that the account's concurrency refused. The metric without dimensions counts all functions of the account
   * and region, since all of them share that limit. Queues bring a refused batch back; a caller of the API gets an error.
   */
  throttled(): void {
    const metric: IMetric = new Metric({
      namespace: 'AWS/Lambda',
      metricName: 'Throttles',
      statistic: Stats.SUM,
      period: FIVE_MINUTES,
    });
    this.add('Throttled', {
      says: 'Lambda: invocations are throttled, the account is at its limit of concurrent executions',
      section: 'lambda-throttled',
      metric,
      threshold: 0,
    });
  }

  /**
   * Runs that Lambda refused because their function had run too often in one chain of requests (ADR 13). A query and not a
   * metric of each function: an alarm takes ten metrics at most, and the function whose loop has been forgotten is the one
   * that nobody would list.
   */
  loopStopped(): void {
    this.add('LoopStopped', {
      says: 'Lambda: a function is refused as a runaway loop, its messages will be given up',
      section: 'lambda-loop-stopped',
      metric: new MathExpression({
        expression: 'SELECT SUM(RecursiveInvocationsDropped) FROM SCHEMA("AWS/Lambda", FunctionName)',
        label: 'Refused runs',
        usingMetrics: {},
        period: FIVE_MINUTES,
      }),
      threshold: 0,
    });
  }
}
