import type { Log } from '../runtime/logger.ts';
import { METRICS } from '../runtime/metric-names.ts';
import type { Count } from '../runtime/metrics.ts';

/** Counts a text that came in and is answered by nothing, with the reason in the log; who sent it is not named. */
export const createTellDropped =
  ({ logger, count }: { logger: Pick<Log, 'warn'>; count: Count }) =>
  (why: string): void => {
    logger.warn('a text was dropped', { why });
    count(METRICS.textDropped);
  };
