import { createLogger } from '../../runtime/logger.ts';
import { createCount } from '../../runtime/metrics.ts';
import type { Run } from '../ports.ts';

/** @param service the name that the function logs and counts under */
export const runOf = (service: string): Run => ({
  clock: { now: Date.now },
  random: Math.random,
  logger: createLogger(service),
  count: createCount(service),
});
