import type { Clock } from '../core/clock.ts';
import { CHECK_GAP } from '../core/health/health.ts';
import type { RecordHandler } from '../runtime/sqs-handler.ts';

interface Deps {
  check: () => Promise<void>;
  /** Orders the second check of the minute. */
  wakeUp: (delayMs: number) => Promise<void>;
  clock: Clock;
}

/** A check is worth nothing when the next ones have been made: messages older than this are dropped. */
const WORTHLESS_AFTER = 2 * CHECK_GAP;

/** Checks every 30 s out of a schedule of one minute: now, and once more by a delayed message. */
export function createHalfMinutes({ check, wakeUp, clock }: Deps) {
  return {
    /** The second check is ordered first: a failing one must not take the other with it. */
    async onSchedule(): Promise<void> {
      await wakeUp(CHECK_GAP);
      await check();
    },
    onMessage: (async ({ attributes }) => {
      // Counted from when it was sent, so its delay is in it.
      if (clock.now() - Number(attributes.SentTimestamp) > CHECK_GAP + WORTHLESS_AFTER) return;
      await check();
    }) satisfies RecordHandler,
  };
}
