import { Logger } from '@aws-lambda-powertools/logger';
import { scrub } from './scrub.ts';

/** What the runtime needs of a logger; tests bring their own. */
export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error' | 'appendKeys' | 'resetKeys'>;

/**
 * A logger that writes JSON lines with ids and codes and no personal data. Level by POWERTOOLS_LOG_LEVEL, default INFO.
 */
export const createLogger = (service: string): Logger => new Logger({ serviceName: service, jsonReplacerFn: scrub });
