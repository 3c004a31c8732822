import type { Duration } from 'aws-cdk-lib';
import { Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { METRIC_NAMESPACE, METRICS } from '../../lambdas/runtime/metric-names.ts';
import { RunbookAlarms } from './runbook-alarms.ts';

interface Props {
  period: Duration;
  topicArn: string | undefined;
}

/** Changes that the bus was not told of. */
export class EventAlarms extends RunbookAlarms {
  constructor(scope: Construct, id: string, { period, topicArn }: Props) {
    super(scope, id, topicArn);

    // Pages go on all the same; who lives by the events now knows less than the table.
    this.add('Lost', {
      says: 'Events: changes of pages or circuits could not be told to the event bus',
      section: 'events-lost',
      metric: new Metric({
        namespace: METRIC_NAMESPACE,
        metricName: METRICS.eventLost,
        // All functions count under this one name: lambdas/composition/aws/publishing.ts.
        dimensionsMap: { service: 'events' },
        statistic: Stats.SUM,
        period,
      }),
      threshold: 0,
    });
  }
}
