import type { Clock } from '../core/clock.ts';
import { reserve, type SenderLimit, slotOf } from '../core/rate-limit/gcra.ts';
import type { RateLimitStore } from '../core/rate-limit/ports.ts';
import { updateWithRetry } from './update-with-retry.ts';

/** Share of the limit that needs no reservation; what idle environments leave of it is lost to the busy ones. */
const UNRESERVED_SHARE = 0.1;
/** Places reserved by one write, so that a burst costs a fifth of a write a text. */
const CHUNK = 5;
/** How long after its time a reserved place may still be used. */
const RESERVATION_GRACE_MS = 1_000;
/** Losing this often means a great rush; then the text goes out and the provider's own limit has the last word. */
const MAX_ATTEMPTS = 8;

export interface SenderLimits {
  /**
   * Reserves a place for one text.
   * @param atMost ms the text can wait; nothing is reserved when the place would be later
   * @param urgent CRITICAL pages have a queue of places of their own
   * @returns ms until the text may go out, 0 for at once, undefined when that is later than `atMost`
   */
  reserve(sender: string, atMost: number, urgent?: boolean): Promise<number | undefined>;
  /**
   * Uses up places beside the one that a text has reserved, because carriers count its segments. The text does not wait for
   * them: the ones behind it do. Never throws.
   */
  spend(sender: string, places: number, urgent: boolean): Promise<void>;
}

/**
 * Keeps every sender within its limit over all environments. A tenth of the limit is handed out beforehand, each
 * environment its share: in quiet times nobody writes anything. What goes beyond is reserved from the rest, in chunks, in
 * one item that all environments share.
 *
 * A rush of others reserves places minutes ahead, and CRITICAL must not stand behind them: it reserves in an item of its
 * own, and pushes the places that are still free further back. So the limit is kept in the long run, and exceeded for a
 * moment by what had been reserved before.
 * @param environments how many there can be at most
 */
export function createSenderLimits(
  { store, clock, pace: { interval, burst } }: { store: RateLimitStore; clock: Clock; pace: SenderLimit },
  environments: number,
): SenderLimits {
  const shared = { interval: interval / (1 - UNRESERVED_SHARE), burst };
  const ownInterval = (interval / UNRESERVED_SHARE) * environments;
  const ownNextAt = new Map<string, number>();
  /** Times of places reserved and not used yet. */
  const leased = new Map<string, number[]>();

  async function lease(sender: string, atMost: number): Promise<number[] | undefined> {
    const done = await updateWithRetry({
      load: async () => ({ now: clock.now(), pace: await store.get(sender) }),
      decide: ({ now, pace }) =>
        slotOf(pace, 0, now, shared) - now > atMost ? undefined : reserve(pace, CHUNK, now, shared),
      save: ({ pace }, next) => (next ? store.save(sender, pace, next) : 'saved'),
      maxAttempts: MAX_ATTEMPTS,
    });
    if (!done) return [clock.now()];
    const { now, pace } = done.before;
    return done.decision && Array.from({ length: CHUNK }, (_, n) => slotOf(pace, n, now, shared));
  }

  /** The places of one chunk are the urgent lane's now: those that others will reserve come later by as much. */
  async function pushBack(sender: string): Promise<void> {
    await updateWithRetry({
      load: () => store.get(sender),
      decide: (pace) => reserve(pace, CHUNK, clock.now(), shared),
      save: (pace, next) => store.save(sender, pace, next),
      maxAttempts: MAX_ATTEMPTS,
    });
  }

  async function take(sender: string, atMost: number, urgent: boolean): Promise<number | undefined> {
    const now = clock.now();
    if (now >= (ownNextAt.get(sender) ?? 0)) {
      ownNextAt.set(sender, now + ownInterval);
      return 0;
    }
    // Places left over from a rush that is past are let go, or they would come on top of the next one.
    const line = urgent ? `${sender}/urgent` : sender;
    let places = (leased.get(line) ?? []).filter((at) => at > now - RESERVATION_GRACE_MS);
    if (places.length === 0) {
      const fresh = await lease(line, atMost).catch(() => [now]);
      if (!fresh) return undefined;
      if (urgent) await pushBack(sender).catch(() => undefined);
      places = fresh;
    }
    const [next = now, ...rest] = places;
    leased.set(line, next - now > atMost ? places : rest);
    return next - now > atMost ? undefined : Math.max(0, next - now);
  }

  // One at a time: the records of a batch run concurrently, and would each reserve a chunk of their own.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn: SenderLimits['reserve'] = (sender, atMost, urgent = false) => {
    const taken = last.then(() => take(sender, atMost, urgent));
    last = taken.catch(() => undefined);
    return taken;
  };
  return {
    reserve: inTurn,
    async spend(sender, places, urgent) {
      for (let n = 0; n < places; n++) await inTurn(sender, Number.POSITIVE_INFINITY, urgent).catch(() => undefined);
    },
  };
}
