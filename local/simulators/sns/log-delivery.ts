/** Brings the lines of delivery logs to whoever subscribes to them, when their time has come. */
import { type Due, LOOK_AT, startDue } from '../due.ts';
import type { LogLine, Store } from '../store.ts';

/**
 * Hands a line of a log group over. `unheard`: there is nobody, because the run is starting or stopping; `done` when a
 * subscriber has taken it or has failed at it for good, and when nobody subscribes at all.
 */
export type DeliverLine = (logGroup: string, line: string) => Promise<'done' | 'unheard'>;

/** Lines wait in the store, so that a kill loses none; they are brought again until a run is up that takes them. */
const UNHEARD_EVERY_MS = 500;

/** Wake it after a line was stored. */
export function startLogDelivery(store: Store, deliver: DeliverLine): Due {
  let stopped = false;

  async function take(line: LogLine): Promise<void> {
    const outcome = await deliver(line.logGroup, line.line);
    if (outcome === 'done') return store.finishLine(line);
    if (!stopped) store.postponeLine(line, Date.now() + UNHEARD_EVERY_MS);
  }

  const due = startDue<number>({
    jobs: (isBusy) =>
      store
        .dueLines(Date.now(), LOOK_AT)
        .filter(({ seq }) => !isBusy(seq))
        .map((line) => ({ keys: [line.seq], take: () => take(line) })),
    next: () => store.nextLineDue(),
    leastMs: 50,
  });
  return {
    wake: due.wake,
    stop() {
      stopped = true;
      return due.stop();
    },
  };
}
