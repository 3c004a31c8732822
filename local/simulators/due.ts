/** Takes what is due when its time has come. It waits in a store, so that a kill loses none of it. */

/** What is taken at once. While it is under way its keys are busy. */
export interface Job<Key> {
  keys: readonly Key[];
  take(): Promise<void>;
}

interface Options<Key> {
  /** What is due and not busy, the first of it: more is asked for when there is room. */
  jobs(isBusy: (key: Key) => boolean): Iterable<Job<Key>>;
  /** When the next is due, epoch ms; busy ones may be among them. */
  next(): number | undefined;
  /** Milliseconds between two looks at the least: what is busy and overdue would make it spin. */
  leastMs: number;
}

export interface Due {
  /** Call when something has come. */
  wake(): void;
  /** Takes nothing any more; settles when what is under way is done. */
  stop(): Promise<void>;
}

/** More at once would only wait for the API, in its memory. */
const CONCURRENCY = 20;
/** How many a look has to take from the store to find that many: those under way may come first. */
export const LOOK_AT = 2 * CONCURRENCY;

export function startDue<Key>({ jobs, next, leastMs }: Options<Key>): Due {
  const busy = new Map<Key, Promise<void>>();
  let running = 0;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;

  function wake(): void {
    clearTimeout(timer);
    if (stopped) return;
    for (const { keys, take } of jobs((key) => busy.has(key))) {
      // Whichever ends looks for the next.
      if (running >= CONCURRENCY) return;
      running += 1;
      const done = take().then(
        () => free(keys, 0),
        // A failure of ours, such as a full disk: with a pause, so that it cannot spin.
        () => free(keys, 1_000),
      );
      for (const key of keys) busy.set(key, done);
    }
    const due = next();
    if (due !== undefined) timer = setTimeout(wake, Math.max(due - Date.now(), leastMs));
  }

  /** Lets them come again, if they are still there. */
  function free(keys: readonly Key[], pauseMs: number): void {
    running -= 1;
    for (const key of keys) busy.delete(key);
    clearTimeout(timer);
    if (pauseMs === 0) wake();
    else if (!stopped) timer = setTimeout(wake, pauseMs);
  }

  wake();
  return {
    wake,
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await Promise.allSettled(busy.values());
    },
  };
}
