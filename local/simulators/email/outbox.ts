/** Tells the events of mails when their time has come, and again while nobody takes them. */
import { type Due, LOOK_AT, startDue } from '../due.ts';
import type { MailEvent, MailProvider, Mails } from './mails.ts';

/** `unheard`: there is nobody yet, because the run is still starting; `failed`: the listener did not take them. */
export type Told = 'done' | 'unheard' | 'failed';

export interface OutboxOptions {
  mails: Mails;
  provider: MailProvider;
  /** How many events are told at once, at most. */
  batch: number;
  tell(events: Record<string, unknown>[]): Promise<Told>;
}

const UNHEARD_EVERY_MS = 500;
/** SendGrid's webhook and EventBridge both give up after a day. */
const FOR_MS = 24 * 60 * 60_000;
const backoff = (tries: number) => Math.min(250 * 2 ** tries, 60_000);

/** Wake it after a mail was accepted. */
export function startOutbox({ mails, provider, batch, tell }: OutboxOptions): Due {
  let stopped = false;

  async function take(events: MailEvent[]): Promise<void> {
    const outcome = await tell(events.map(({ payload }) => payload)).catch(() => 'failed' as const);
    if (stopped && outcome !== 'done') return;
    const now = Date.now();
    for (const event of events) {
      if (outcome === 'done' || now - event.firstDueAt > FOR_MS) mails.finish(event);
      else if (outcome === 'unheard') mails.postpone(event, now + UNHEARD_EVERY_MS, event.tries);
      else mails.postpone(event, now + backoff(event.tries), event.tries + 1);
    }
  }

  const due = startDue<number>({
    *jobs(isBusy) {
      const events = mails.due(provider, Date.now(), LOOK_AT * batch).filter(({ seq }) => !isBusy(seq));
      for (let from = 0; from < events.length; from += batch) {
        const some = events.slice(from, from + batch);
        yield { keys: some.map(({ seq }) => seq), take: () => take(some) };
      }
    },
    next: () => mails.nextDue(provider),
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
