import type { AlertQueue } from '../core/alerts/ports.ts';
import type { OptOutNotifier } from '../core/opt-out/ports.ts';
import type { Log } from '../runtime/logger.ts';
import { METRICS } from '../runtime/metric-names.ts';
import type { Count } from '../runtime/metrics.ts';

/** Who opted out is counted, logged by id, and told on their other channels by the consumer of `alerts`. */
export function createOptOutNotifier({
  logger,
  count,
  alerts,
}: {
  logger: Pick<Log, 'warn' | 'info'>;
  count: Count;
  alerts: AlertQueue;
}): OptOutNotifier {
  return {
    async tell({ id: recipientId, version }, news, from) {
      const stopped = news === 'suppressed';
      if (stopped) {
        logger.warn('texts to this recipient are stopped', { recipientId, saidBy: from });
        count(METRICS.optedOut);
      } else {
        logger.info('texts to this recipient go on', { recipientId, saidBy: from });
      }
      await alerts.send({ kind: stopped ? 'OPT_OUT' : 'OPT_IN', recipientId, version, from });
    },
  };
}
