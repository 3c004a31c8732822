/** Brings the lines of delivery logs to whoever subscribes to them, when their time has come. */
import { type Due, LOOK_AT, startDue } from '../due.ts';
import type { LogLine, Store } from '../store.ts';

/**
 * Hands a line of a log group over. `unheard`: there is nobody yet, because the run is still starting; `failed`: the
 * subscriber did not take it; `done` also when nobody subscribes at all.
 */
export type DeliverLine = (logGroup: string, line: string) => Promise<'done' | 'unheard' | 'failed'>;

/** Lines wait in the store, so that a kill loses none; they are brought again until a run is up that takes them. */
const UNHEARD_EVERY_MS = 500;
/** Lambda invokes a function that failed twice more; over there after one and two minutes. */
const TRIES = 3;
const backoff = (tries: number) => 500 * 2 ** tries;

/** Wake it after a line was stored. */
export function startLogDelivery(store: Store, deliver: DeliverLine): Due {
  let stopped = false;

  async function take(line: LogLine): Promise<void> {
    const outcome = await deliver(line.logGroup, line.line).catch(() => 'failed' as const);
    if (stopped && outcome !== 'done') return;
    if (outcome === 'unheard') return store.postponeLine(line, Date.now() + UNHEARD_EVERY_MS, line.tries);
    if (outcome === 'failed' && line.tries + 1 < TRIES) {
      return store.postponeLine(line, Date.now() + backoff(line.tries), line.tries + 1);
    }
    store.finishLine(line);
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
