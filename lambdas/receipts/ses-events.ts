import { parse } from '../providers/email/events.ts';
import { parseSesEvent } from '../providers/email/ses-events.ts';
import type { Log } from '../runtime/logger.ts';
import type { RecordHandler } from '../runtime/sqs-handler.ts';
import type { ReceiveReceipt } from '../use-cases/receive-receipt.ts';
import { createReceiveEmail } from './email-receipt.ts';

interface Deps {
  receiveReceipt: ReceiveReceipt;
  logger: Pick<Log, 'warn'>;
}

/** One event of SES's, as the rule on the default bus put it into the queue. Nothing of it is logged: it names a person. */
export function createSesEvents({ receiveReceipt, logger }: Deps): RecordHandler {
  const receiveEmail = createReceiveEmail(receiveReceipt);
  return async ({ body, messageId }) => {
    const event = parseSesEvent(parse(body));
    const done = event ? await receiveEmail(event) : 'unreadable';
    if (done === 'unreadable' || done === 'unknown')
      logger.warn('an event of SES that says nothing', { messageId, done });
  };
}
