/** Tells the events of mails when their time has come, and again while nobody takes them. */
import type { MailEvent, MailProvider, Mails } from './mails.ts';

/** `unheard`: there is nobody yet, because the run is still starting; `failed`: the listener did not take them. */
export type Told = 'done' | 'unheard' | 'failed';

export interface Outbox {
  /** Call after a mail was accepted. */
  wake(): void;
  stop(): Promise<void>;
}

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

export function startOutbox({ mails, provider, batch, tell }: OutboxOptions): Outbox {
  const busy = new Map<number, Promise<void>>();
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;

  function wake(): void {
    clearTimeout(timer);
    if (stopped) return;
    const due = mails.due(provider, Date.now()).filter(({ seq }) => !busy.has(seq));
    for (let from = 0; from < due.length; from += batch) {
      const events = due.slice(from, from + batch);
      const done = take(events).then(
        () => free(events, 0),
        () => free(events, 1_000),
      );
      for (const { seq } of events) busy.set(seq, done);
    }
    const next = mails.nextDue(provider);
    // What is busy wakes us when it is done; without the floor its overdue event would make this spin.
    if (next !== undefined) timer = setTimeout(wake, Math.max(next - Date.now(), 50));
  }

  /** Lets the events come again if they are still there; after a failure of ours (a full disk) with a pause. */
  function free(events: MailEvent[], pauseMs: number): void {
    for (const { seq } of events) busy.delete(seq);
    clearTimeout(timer);
    if (pauseMs === 0) wake();
    else if (!stopped) timer = setTimeout(wake, pauseMs);
  }

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
