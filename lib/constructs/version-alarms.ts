import { Duration } from 'aws-cdk-lib';
import { Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { METRIC_NAMESPACE, METRICS } from '../../lambdas/runtime/metric-names.ts';
import { RunbookAlarms } from './runbook-alarms.ts';

/** Work that only a newer version understands, and none is coming (ADR 18). */
export class VersionAlarms extends RunbookAlarms {
  constructor(scope: Construct, id: string, topicArn: string | undefined) {
    super(scope, id, topicArn);

    // Counted only what has waited for longer than a deployment takes, so once is enough.
    this.add('LeftToNewer', {
      says: 'Versions: messages or pages wait for a newer version that understands them',
      section: 'versions-left-to-newer',
      metric: new Metric({
        namespace: METRIC_NAMESPACE,
        metricName: METRICS.leftToNewer,
        // All functions count under this one name: lambdas/runtime/left-to-newer.ts.
        dimensionsMap: { service: 'versions' },
        statistic: Stats.SUM,
        period: Duration.minutes(5),
      }),
      threshold: 0,
    });
  }
}
