import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { METRIC_NAMESPACE } from './metric-names.ts';

/** Counts events; each count is one line in CloudWatch's embedded metric format. */
export type Count = (metric: string) => void;

export function createCount(service: string): Count {
  const metrics = new Metrics({ namespace: METRIC_NAMESPACE, serviceName: service });
  return (metric) => {
    // A single metric is written at once; the shared buffer would need a flush at the end of every handler.
    metrics.singleMetric().addMetric(metric, MetricUnit.Count, 1);
  };
}
