import type { Clock } from '../core/clock.ts';
import { MINUTE } from '../core/time.ts';

/** What was read is used everywhere within this time of a change. */
const FRESH_MS = MINUTE;
/** After a failure the last known value serves for so long before the next try, so that a page never waits in vain. */
const PATIENCE_MS = 10_000;

/**
 * Remembers what `read` gave for `freshMs`, and beyond that while it cannot be read anew. Concurrent callers share one
 * read. Throws only when nothing was ever read.
 */
export function cached<T>(read: () => Promise<T>, clock: Clock, freshMs = FRESH_MS): () => Promise<T> {
  let known: { value: T; until: number } | undefined;
  let reading: Promise<T> | undefined;

  async function refresh(): Promise<T> {
    try {
      const value = await read();
      known = { value, until: clock.now() + freshMs };
      return value;
    } catch (error) {
      if (!known) throw error;
      known.until = clock.now() + PATIENCE_MS;
      return known.value;
    } finally {
      reading = undefined;
    }
  }

  return async () => {
    if (known && clock.now() < known.until) return known.value;
    reading ??= refresh();
    return reading;
  };
}
