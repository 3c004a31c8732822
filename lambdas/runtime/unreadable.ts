import type { Log } from './logger.ts';
import { Unreadable } from './read-message.ts';
import type { RecordHandler } from './sqs-handler.ts';

interface Deps {
  /** Puts the body of a message into the dead letters of its queue, as it came. Durable when it returns. */
  putAside: (body: string) => Promise<void>;
  logger: Pick<Log, 'error'>;
}

/**
 * Puts an unreadable record into the dead letters at once. Left in its queue it would come back 200 times, and keep a place
 * in each batch for five hours.
 */
export function asideIfUnreadable(handle: RecordHandler, { putAside, logger }: Deps): RecordHandler {
  return async (record, context) => {
    try {
      await handle(record, context);
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      logger.error('unreadable queue message, put into the dead letters', {
        messageId: record.messageId,
        why: error.message,
      });
      await putAside(record.body);
    }
  };
}
