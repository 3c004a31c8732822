import type { SQSRecord } from 'aws-lambda';
import * as z from 'zod';
import type { Clock } from '../core/clock.ts';
import type { DeadLetters } from '../core/dead-letters/ports.ts';
import { CHANNELS, type DeliveryError, PROVIDERS } from '../core/page/page.ts';
import type { DeliveryMessage } from '../core/page/ports.ts';
import { FIXED } from '../core/rules.ts';
import type { Log } from '../runtime/logger.ts';
import { readMessage, Unreadable } from '../runtime/read-message.ts';
import { LeaveInQueue, type RecordHandler } from '../runtime/sqs-handler.ts';
import type { BundleGate } from '../use-cases/bundle.ts';
import type { Channel } from './channel.ts';
import type { CopyResult } from './deliver.ts';
import type { OutageGate } from './outage-gate.ts';
import type { RateLimitGate } from './rate-limit-gate.ts';

/** What a copy of any version says of what it is about (ADR 18). */
const aboutSchema = z.looseObject({
  pageId: z.string().regex(/^pg_[a-z2-7]{16}$/),
  round: z.int().positive(),
  channel: z.string().min(1),
  claim: z.int().positive(),
});
/** What a newer version says besides goes along when the copy is put back. */
const messageSchema = aboutSchema.extend({
  channel: z.enum(CHANNELS),
  grouped: z.literal(true).exactOptional(),
  paced: z.literal(true).exactOptional(),
  waits: z.int().positive().exactOptional(),
  teamPost: z.int().positive().exactOptional(),
  from: z.enum(PROVIDERS).exactOptional(),
});

const UNREADABLE: DeliveryError = {
  code: 'unreadable',
  class: 'our_bug',
  message: 'The queue message is not one that Lifeline writes.',
};

interface Deps {
  deliver: (message: DeliveryMessage) => Promise<CopyResult>;
  /** Takes copies that are for no delivery. */
  beside: Channel['beside'];
  outageGate: OutageGate;
  /** For pages that share messages (ADR 12). */
  bundleGate: BundleGate;
  rateLimitGate: RateLimitGate;
  /** Whether the record came by the lane of CRITICAL pages. */
  isUrgent: (record: SQSRecord) => boolean;
  deadLetters: DeadLetters;
  /** Hides a record from other receivers for `ms` from now. */
  hide: (record: SQSRecord, ms: number) => Promise<void>;
  clock: Clock;
  logger: Pick<Log, 'error'>;
}

/**
 * One record of a lane. What cannot be read goes to the dead letters at once, with the reason, instead of coming back
 * 200 times; what another worker holds comes back when that worker's lease ends; what only a newer version understands
 * comes back soon, and then later and later.
 */
export function createConsume({
  deliver,
  beside,
  outageGate,
  bundleGate,
  rateLimitGate,
  isUrgent,
  deadLetters,
  hide,
  clock,
  logger,
}: Deps): RecordHandler {
  return async (record) => {
    const result = await attempt(record);
    if (result.copy === 'again') {
      await hide(record, result.until - clock.now());
      throw new LeaveInQueue();
    }
  };

  /** When a store or a queue is in trouble, the record comes back soon and not after the queue's whole visibility. */
  async function attempt(record: SQSRecord): Promise<CopyResult> {
    try {
      const message: DeliveryMessage = readMessage(record.body, messageSchema, aboutSchema);
      if (await beside(message)) return { copy: 'done' };
      if (await outageGate(message)) return { copy: 'done' };
      // The bundle gate comes before the rate limit: a page that joins another one's message needs no place.
      const bundled = message.grouped && (await bundleGate(message));
      if (bundled) return bundled;
      const paced = await rateLimitGate(message, isUrgent(record));
      return paced ? await deliver(paced) : { copy: 'done' };
    } catch (error) {
      if (error instanceof Unreadable) return reject(record);
      const receives = Number(record.attributes.ApproximateReceiveCount);
      await hide(record, Math.min(FIXED.queueVisibility, 1_000 * 2 ** receives)).catch(() => undefined);
      throw error;
    }
  }

  async function reject(record: SQSRecord): Promise<CopyResult> {
    logger.error('unreadable queue message, put into the dead letters', { messageId: record.messageId });
    await deadLetters.put({ unreadable: record.body }, UNREADABLE);
    return { copy: 'done' };
  }
}
