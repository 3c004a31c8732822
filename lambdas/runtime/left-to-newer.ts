import type { Log } from './logger.ts';
import { METRICS } from './metric-names.ts';
import type { Count } from './metrics.ts';

/** Counted under one name, whichever function it was: one alarm watches it (lib/constructs/version-alarms.ts). */
const SERVICE = 'versions';

/**
 * Takes note of what was left to a newer version (ADR 18): always in the log, and counted for the alarm once it has
 * waited for longer than a deployment leaves two versions side by side, which then waits for a person.
 */
export const createLeftToNewer =
  ({ logger, count }: { logger: Pick<Log, 'warn'>; count: Count }) =>
  (what: string, waitsForLong: boolean, more: object = {}): void => {
    logger.warn('left to a newer version', { what, ...more });
    if (waitsForLong) count(METRICS.leftToNewer, SERVICE);
  };
