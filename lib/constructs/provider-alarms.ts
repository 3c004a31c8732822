import { Duration } from 'aws-cdk-lib';
import { Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { METRIC_NAMESPACE, METRICS } from '../../lambdas/runtime/metric-names.ts';
import { RunbookAlarms } from './runbook-alarms.ts';

/** Providers that say what no table of Lifeline has (docs/spec/delivery.md#after-sent). */
export class ProviderAlarms extends RunbookAlarms {
  constructor(scope: Construct, id: string, topicArn: string | undefined) {
    super(scope, id, topicArn);

    // A guess is made about every one of these messages, so once is enough.
    this.add('UnknownCode', {
      says: 'Providers: a provider used a code that Lifeline does not know',
      section: 'unknown-provider-code',
      metric: new Metric({
        namespace: METRIC_NAMESPACE,
        metricName: METRICS.unknownProviderCode,
        // All functions count under this one name: lambdas/composition/unknown-code.ts.
        dimensionsMap: { service: 'providers' },
        statistic: Stats.SUM,
        period: Duration.minutes(5),
      }),
      threshold: 0,
    });
  }
}
