import type * as z from 'zod';
import type { Log } from './logger.ts';
import type { RecordHandler } from './sqs-handler.ts';

/** A queue message that is none of those that Lifeline writes: it says the same however often it comes back. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
}

/**
 * What a queue message says, as the schema makes it.
 * @throws Unreadable, with the fields that are wrong and never with what is in them
 */
export function readMessage<S extends z.ZodType>(schema: S, body: string): z.output<S> {
  const { data, error } = schema.safeParse(parsed(body));
  if (error)
    throw new Unreadable(error.issues.map(({ path, code }) => `${path.join('.') || 'body'}: ${code}`).join(', '));
  return data;
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

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
        wrong: error.message,
      });
      await putAside(record.body);
    }
  };
}
