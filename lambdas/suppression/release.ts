import * as z from 'zod';
import type { Clock } from '../core/clock.ts';
import type { HoldItem, HoldStore, Releases } from '../core/suppression/ports.ts';
import { createLeftToNewer } from '../runtime/left-to-newer.ts';
import type { Log } from '../runtime/logger.ts';
import type { Count } from '../runtime/metrics.ts';
import { readMessage } from '../runtime/read-message.ts';
import type { RecordHandler } from '../runtime/sqs-handler.ts';
import type { LeftToNewer } from './reevaluate-holds.ts';

const messageSchema = z.union([z.object({ recipientId: z.string().min(1) }), z.object({ all: z.literal(true) })]);
/** Whom else a newer version may want to have tended. */
const aboutSchema = z.record(z.string(), z.unknown()).refine((message) => Object.keys(message).length > 0);

interface Deps {
  reevaluate: (recipientId: string) => Promise<LeftToNewer[]>;
  holds: Pick<HoldStore, 'list'>;
  releases: Releases;
  clock: Clock;
  logger: Pick<Log, 'warn'>;
  count: Count;
}

/** A message of the queue `Releases`: re-evaluate one recipient's held pages, or everybody's (ADR 12). */
export function createRelease({ reevaluate, holds, releases, ...telemetry }: Omit<Deps, 'clock'>): RecordHandler {
  const leftToNewer = createLeftToNewer(telemetry);
  return async ({ body }) => {
    const message = readMessage(body, messageSchema, aboutSchema);
    if (!('recipientId' in message)) {
      // A hold that a dispatch has just written must not be left to the end of a window that is gone.
      return sendEach(await holds.list({ consistent: true }), releases);
    }
    for (const { what, waitsForLong } of await reevaluate(message.recipientId)) leftToNewer(what, waitsForLong);
  };
}

/** Each minute: whoever has a hold that is overdue, should its schedule have been lost or never been made. */
export const createSweep =
  ({ holds, releases, clock }: Pick<Deps, 'holds' | 'releases' | 'clock'>) =>
  async (): Promise<void> => {
    const now = clock.now();
    const overdue = (await holds.list()).filter(({ until }) => until <= now);
    await sendEach(overdue, releases);
  };

/** A message each: one recipient's trouble keeps nobody else's pages. */
async function sendEach(items: readonly HoldItem[], releases: Releases): Promise<void> {
  for (const recipientId of new Set(items.map((item) => item.recipientId))) await releases.send({ recipientId }, 0);
}
