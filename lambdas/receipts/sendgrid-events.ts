import pMap from 'p-map';
import type { Clock } from '../core/clock.ts';
import { pageOfCallbackRef } from '../core/page/callback-ref.ts';
import type { Handler } from '../http/http.ts';
import { Problem } from '../http/problem.ts';
import type { EmailReceipt } from '../providers/email/events.ts';
import { parseSendGridEvents } from '../providers/email/sendgrid-events.ts';
import { validSendGridSignature } from '../providers/email/sendgrid-signature.ts';
import type { Log } from '../runtime/logger.ts';
import type { ReceiveReceipt } from '../use-cases/receive-receipt.ts';
import { createReceiveEmail } from './email-receipt.ts';

/** A batch of a megabyte is some two thousand events; more pages at once than this would only queue up for connections. */
const CONCURRENCY = 20;

interface Deps {
  receiveReceipt: ReceiveReceipt;
  /** The verification key that SendGrid shows; undefined where SendGrid is not set up, and then nothing is taken. */
  publicKey: () => Promise<string | undefined>;
  logger: Pick<Log, 'warn' | 'error'>;
  clock: Clock;
}

/**
 * POST /webhooks/sendgrid/events: the signature first, over the body as it came. Whatever is in the batch and not ours is
 * passed over: any answer but 2xx brings the whole batch again, for a day. So only trouble of our own answers 5xx, after
 * the rest of the batch has been done; what is repeated then changes nothing.
 */
export function createSendGridEvents({ publicKey, logger, clock, ...deps }: Deps): Handler {
  const receiveEmail = createReceiveEmail(deps.receiveReceipt);

  async function take(event: EmailReceipt): Promise<boolean> {
    const { eventId } = event;
    try {
      const done = await receiveEmail(event);
      if (done === 'unknown') logger.warn('an event for a send that is not known', { eventId });
      return true;
    } catch (error) {
      logger.error('event failed', { eventId, error });
      return false;
    }
  }

  return async ({ rawBody, headers }) => {
    const isValid = validSendGridSignature({
      publicKey: (await publicKey()) ?? '',
      timestamp: headers['x-twilio-email-event-webhook-timestamp'],
      signature: headers['x-twilio-email-event-webhook-signature'],
      rawBody,
      now: clock.now(),
    });
    if (!isValid) throw new Problem('bad-signature');

    let failed = 0;
    await pMap(
      byPage(parseSendGridEvents(rawBody)).values(),
      async (events) => {
        // Events of a page follow each other: they would only get into each other's way.
        for (const event of events) if (!(await take(event))) failed += 1;
      },
      { concurrency: CONCURRENCY },
    );
    if (failed > 0) throw new Problem('unavailable', { detail: `${failed} events could not be taken now.` });
    return { status: 204 };
  };
}

/** By page, in the order they came; what is none of ours is left out. */
function byPage(events: readonly EmailReceipt[]): Map<string, EmailReceipt[]> {
  const pages = new Map<string, EmailReceipt[]>();
  for (const event of events) {
    const pageId = pageOfCallbackRef(event.ref);
    if (pageId === undefined) continue;
    const own = pages.get(pageId);
    if (own) own.push(event);
    else pages.set(pageId, [event]);
  }
  return pages;
}
