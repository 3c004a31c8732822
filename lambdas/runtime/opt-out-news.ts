import type { OptOutNews } from '../core/ports.ts';
import type { Log } from './logger.ts';
import { METRICS } from './metric-names.ts';
import type { Count } from './metrics.ts';

/**
 * Who opted out is counted and logged by id. No deployment has another channel yet that could tell the person; when one
 * has, this is where it is told.
 */
export function createOptOutNews({ logger, count }: { logger: Pick<Log, 'warn' | 'info'>; count: Count }): OptOutNews {
  return {
    async tell({ id }, news, from) {
      if (news === 'suppressed') {
        logger.warn('texts to this recipient are stopped', { recipientId: id, saidBy: from });
        count(METRICS.optedOut);
      } else {
        logger.info('texts to this recipient go on', { recipientId: id, saidBy: from });
      }
    },
  };
}
