import type { TellUnknownCode } from '../core/providers/ports.ts';
import type { Log } from '../runtime/logger.ts';
import { METRICS } from '../runtime/metric-names.ts';
import type { Count } from '../runtime/metrics.ts';

/** Counted under one name, whichever function met it: one alarm watches it (lib/constructs/provider-alarms.ts). */
const SERVICE = 'providers';

/**
 * Counts a word that no table has, and names it in the log, so that a person can add it
 * (docs/spec/delivery.md#after-sent).
 */
export const createTellUnknownCode =
  ({ logger, count }: { logger: Pick<Log, 'warn'>; count: Count }): TellUnknownCode =>
  (unknown) => {
    logger.warn('a provider used a code that no table has', { ...unknown });
    count(METRICS.unknownProviderCode, SERVICE);
  };
