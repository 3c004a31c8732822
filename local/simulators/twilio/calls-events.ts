/** Reports what becomes of calls to their callback URLs, signed, in order per call. Kept until they are taken. */
import { type Due, LOOK_AT, startDue } from '../due.ts';
import type { Store } from '../store.ts';
import { postForm, REFUSED, retryAt } from './callbacks.ts';

interface Event {
  seq: number;
  sid: string;
  url: string;
  form: string;
  since: number;
  dueAt: number;
  tries: number;
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS callEvents (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, sid TEXT, url TEXT, form TEXT, since INTEGER, dueAt INTEGER,
    tries INTEGER NOT NULL DEFAULT 0);
  CREATE INDEX IF NOT EXISTS callEventsOfCall ON callEvents (sid, seq);
  CREATE INDEX IF NOT EXISTS callEventsDue ON callEvents (dueAt);
`;
const HEADS =
  'SELECT * FROM callEvents e WHERE NOT EXISTS (SELECT 1 FROM callEvents p WHERE p.sid = e.sid AND p.seq < e.seq)';
const DUE = `${HEADS} AND dueAt <= ? ORDER BY dueAt LIMIT ?`;

export class CallEvents {
  private readonly store: Store;
  private readonly authToken: string;
  private readonly stopping: AbortSignal;
  private readonly startedAt = Date.now();
  private readonly due: Due;
  constructor(store: Store, authToken: string, stopping: AbortSignal) {
    this.store = store;
    this.authToken = authToken;
    this.stopping = stopping;
    store.db.exec(SCHEMA);
    this.due = startDue<string>({
      jobs: (isBusy) =>
        (store.db.prepare(DUE).all(Date.now(), LOOK_AT) as unknown as Event[])
          .filter(({ sid }) => !isBusy(sid))
          .map((event) => ({ keys: [event.sid], take: () => this.take(event) })),
      next: () => (store.db.prepare(`${HEADS} ORDER BY dueAt LIMIT 1`).get()?.dueAt ?? undefined) as number | undefined,
      leastMs: 20,
    });
  }

  add(sid: string, url: string, form: Record<string, string>): void {
    const now = Date.now();
    const sql = 'INSERT INTO callEvents (sid, url, form, since, dueAt) VALUES (?, ?, ?, ?, ?)';
    this.store.db.prepare(sql).run(sid, url, JSON.stringify(form), now, now);
    this.due.wake();
  }

  stop(): Promise<void> {
    return this.due.stop();
  }

  private async take(event: Event): Promise<void> {
    const form = JSON.parse(event.form) as Record<string, string>;
    const outcome = await postForm(event.url, form, this.authToken, this.stopping);
    if (this.stopping.aborted) return;
    const now = Date.now();
    const isStarting = outcome === 'refused' && now - Math.max(event.since, this.startedAt) < REFUSED.forMs;
    const at = isStarting ? now + REFUSED.everyMs : retryAt(event.url, outcome, event.tries, now);
    if (at === undefined) return void this.store.db.prepare('DELETE FROM callEvents WHERE seq = ?').run(event.seq);
    const sql = 'UPDATE callEvents SET dueAt = ?, tries = ? WHERE seq = ?';
    this.store.db.prepare(sql).run(at, isStarting ? event.tries : event.tries + 1, event.seq);
  }
}
