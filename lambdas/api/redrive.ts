import * as z from 'zod';
import type { Clock } from '../core/clock.ts';
import {
  type DeadLetter,
  type DeadLetterQueue,
  leftOf,
  type Redrive,
  type RedriveOutcome,
  type RedriveQueue,
  type RedriveStore,
} from '../core/dead-letters/ports.ts';
import { CHANNELS } from '../core/page/page.ts';
import { FIXED } from '../core/rules.ts';
import { isOneOf, OfNewerVersion } from '../core/versions.ts';
import type { Log } from '../runtime/logger.ts';
import { readMessage } from '../runtime/read-message.ts';
import type { RedriveMessage } from './redrive-message.ts';

interface Deps {
  box: DeadLetterQueue;
  redrives: RedriveStore;
  queue: RedriveQueue;
  redriveMessage: RedriveMessage;
  logger: Pick<Log, 'error'>;
  clock: Clock;
}

/** How long one stretch goes on taking letters: what it has taken is done with well within the function's 15 s. */
const STRETCH_MS = 6_000;
/**
 * A queue that gave nothing, or only dead letters that stay, may have others that are being listed: it is asked again, this
 * often in a row and this far apart. Every stretch either takes a letter up or counts here, so each redrive ends.
 */
const MAX_EMPTY_RECEIVES = 3;
const EMPTY_WAIT_MS = 10_000;
/** Beyond this many that stay the redrive ends: whatever is wrong with them is to be mended first. */
const MAX_STAYS = 1_000;

const workSchema = z.object({ redriveId: z.string(), empties: z.int().min(0) });
const aboutSchema = z.object({ redriveId: z.string() });

/**
 * One stretch of a redrive, and the order of the next one. A letter goes only when what it led to is durable; a function
 * that dies leaves its letters hidden for a while, and its own message comes back and goes on.
 */
export function createRedriveWorker({ box, redrives, queue, redriveMessage, logger, clock }: Deps) {
  return async (body: string): Promise<void> => {
    const { redriveId, empties } = readMessage(body, workSchema, aboutSchema);
    let redrive = await redrives.get(redriveId);
    if (!redrive || redrive.finishedAt !== undefined) return;
    if (!isOneOf(CHANNELS, redrive.channel)) throw new OfNewerVersion('the channel of a redrive');
    const until = clock.now() + STRETCH_MS;
    let inVain = empties + 1;
    while (!isOver(redrive)) {
      const isUp = clock.now() >= until;
      if (isUp && inVain === 0) return queue.send({ redriveId, empties: 0 }, 0);
      const most = Math.min(10, leftOf(redrive));
      const deadLetters = isUp ? [] : await box.receive(redrive.channel, most, FIXED.queueVisibility);
      if (deadLetters.length === 0) {
        inVain = Math.max(inVain, 1);
        if (inVain >= MAX_EMPTY_RECEIVES) break;
        return queue.send({ redriveId, empties: inVain }, EMPTY_WAIT_MS);
      }
      const { id, stays } = redrive;
      const outcomes = await takeUp(
        deadLetters.filter((deadLetter) => !stays.includes(deadLetter.id)),
        redrive,
      );
      if (outcomes.length === 0) continue;
      redrive = await redrives.add(id, outcomes);
      inVain = 0;
    }
    await redrives.finish(redrive, clock.now());
  };

  function takeUp(deadLetters: readonly DeadLetter[], { channel, actor, from }: Redrive) {
    const by = { actor, ...(from !== undefined && { from }) };
    return Promise.all(
      deadLetters.map(async (deadLetter): Promise<{ deadLetter: string; outcome: RedriveOutcome }> => {
        try {
          const outcome = await redriveMessage(deadLetter, channel, by);
          if (outcome !== 'failed') await box.remove(channel, deadLetter);
          return { deadLetter: deadLetter.id, outcome };
        } catch (error) {
          // It stays, as the others go on; should the store be down, so is the count, and the stretch is repeated.
          logger.error('a dead letter could not be taken up', { messageId: deadLetter.id, error });
          return { deadLetter: deadLetter.id, outcome: 'failed' };
        }
      }),
    );
  }
}

const isOver = (redrive: Redrive): boolean => leftOf(redrive) <= 0 || redrive.stays.length >= MAX_STAYS;
