import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { METRIC_NAMESPACE } from './metric-names.ts';

/**
 * Counts events; each count is one line in CloudWatch's embedded metric format.
 * @param shared the name under which all functions count what one alarm watches; default the function's own
 */
export type Count = (metric: string, shared?: string) => void;

export function createCount(service: string): Count {
  const own = new Metrics({ namespace: METRIC_NAMESPACE, serviceName: service });
  return (metric, shared) => {
    const metrics = shared === undefined ? own : new Metrics({ namespace: METRIC_NAMESPACE, serviceName: shared });
    // A single metric is written at once; the shared buffer would need a flush at the end of every handler.
    metrics.singleMetric().addMetric(metric, MetricUnit.Count, 1);
  };
}
