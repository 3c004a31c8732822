/**
 * What the simulators remember: one SQLite file, so that a kill -9 at any point loses nothing that was answered.
 * One file because a message, its steps and what is on the phone are written together.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { phoneKey, waysToWrite } from '../../lambdas/core/recipient/phone.ts';

export interface Message {
  sid: string;
  accountSid: string;
  serviceSid: string | null;
  sender: string;
  to: string;
  body: string;
  status: string;
  errorCode: number | null;
  callbackUrl: string | null;
  createdAt: number;
  updatedAt: number;
  sentAt: number | null;
}

/** A status a message will take, with the callback that reports it. Steps of one message happen in order. */
export interface Step {
  seq: number;
  sid: string;
  status: string;
  errorCode: number | null;
  dueAt: number;
  /** 0: the status changes and nobody is told. */
  callsBack: number;
  tries: number;
}

export interface PhoneItem {
  id: string;
  at: string;
  kind: 'sms' | 'call';
  from: string;
  body: string;
  provider: string;
}

/** A line the provider will write into a log of its customer's, for whoever subscribes to that. */
export interface LogLine {
  seq: number;
  logGroup: string;
  line: string;
  dueAt: number;
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS modes (provider TEXT PRIMARY KEY, mode TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS messages (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, sid TEXT UNIQUE, accountSid TEXT, serviceSid TEXT, sender TEXT, "to" TEXT,
    body TEXT, status TEXT, errorCode INTEGER, callbackUrl TEXT, createdAt INTEGER, updatedAt INTEGER, sentAt INTEGER);
  CREATE TABLE IF NOT EXISTS steps (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, sid TEXT, status TEXT, errorCode INTEGER, dueAt INTEGER, callsBack INTEGER,
    tries INTEGER NOT NULL DEFAULT 0);
  CREATE INDEX IF NOT EXISTS stepsOfMessage ON steps (sid, seq);
  CREATE INDEX IF NOT EXISTS stepsDue ON steps (dueAt);
  CREATE TABLE IF NOT EXISTS phoneItems (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, phone TEXT, id TEXT, at TEXT, kind TEXT, sender TEXT, body TEXT, provider TEXT);
  CREATE INDEX IF NOT EXISTS itemsOfPhone ON phoneItems (phone, seq);
  CREATE TABLE IF NOT EXISTS queuedTexts (sid TEXT PRIMARY KEY, sender TEXT);
  CREATE TABLE IF NOT EXISTS logLines (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, logGroup TEXT, line TEXT, dueAt INTEGER);
  CREATE INDEX IF NOT EXISTS linesDue ON logLines (dueAt);
`;
/** The steps that may happen: the first one left of each message. */
const HEADS = 'SELECT * FROM steps s WHERE NOT EXISTS (SELECT 1 FROM steps e WHERE e.sid = s.sid AND e.seq < s.seq)';

/**
 * Values for `phone IN (?, ?)`: the ways to write the phone's number, as everywhere else one phone
 * (docs/spec/replies.md#answering).
 */
export function eitherWay(phone: string): [string, string] {
  const [first, second = first] = waysToWrite(phone);
  return [first, second];
}

export class Store {
  /** For what one simulator alone remembers. */
  readonly db: DatabaseSync;
  constructor(dataDir: string) {
    mkdirSync(dataDir, { recursive: true });
    this.db = new DatabaseSync(join(dataDir, 'simulators.sqlite'));
    // A WAL write survives the death of the process; only a power cut could lose the last ones.
    this.db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; ${SCHEMA}`);
  }

  close(): void {
    this.db.close();
  }

  mode(provider: string): string | undefined {
    return this.db.prepare('SELECT mode FROM modes WHERE provider = ?').get(provider)?.mode as string | undefined;
  }
  setMode(provider: string, mode: string): void {
    this.db.prepare('INSERT OR REPLACE INTO modes VALUES (?, ?)').run(provider, mode);
  }

  /**
   * Takes a message with its future: all of it or nothing.
   * @param reaches when it is on the phone: at once, with its step `sent`, or never
   * @param shown what the phone shows as its sender
   */
  accept(
    m: Message,
    steps: Omit<Step, 'seq' | 'sid' | 'tries'>[],
    reaches: 'now' | 'when-sent' | 'never',
    shown: string,
  ): void {
    this.atOnce(() => {
      this.db
        .prepare(
          `INSERT INTO messages (sid, accountSid, serviceSid, sender, "to", body, status, errorCode, callbackUrl,
             createdAt, updatedAt, sentAt) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        )
        .run(
          m.sid,
          m.accountSid,
          m.serviceSid,
          m.sender,
          m.to,
          m.body,
          m.status,
          m.errorCode,
          m.callbackUrl,
          m.createdAt,
          m.updatedAt,
          m.sentAt,
        );
      const step = this.db.prepare(
        'INSERT INTO steps (sid, status, errorCode, dueAt, callsBack) VALUES (?, ?, ?, ?, ?)',
      );
      for (const s of steps) step.run(m.sid, s.status, s.errorCode, s.dueAt, s.callsBack);
      const at = new Date(m.createdAt).toISOString();
      const item = { id: m.sid, at, kind: 'sms', from: shown, body: m.body, provider: 'twilio' } as const;
      if (reaches === 'now') this.reach(m.to, item);
      if (reaches === 'when-sent') this.db.prepare('INSERT INTO queuedTexts VALUES (?, ?)').run(m.sid, shown);
    });
  }

  /** Takes a text whose fate will stand in a log: on the phone if it gets there, and the log's line, or neither. */
  acceptLogged(reached: { phone: string; item: PhoneItem } | undefined, line?: Omit<LogLine, 'seq'>): void {
    this.atOnce(() => {
      if (reached) this.reach(reached.phone, reached.item);
      const sql = 'INSERT INTO logLines (logGroup, line, dueAt) VALUES (?, ?, ?)';
      if (line) this.db.prepare(sql).run(line.logGroup, line.line, line.dueAt);
    });
  }
  dueLines(now: number, most: number): LogLine[] {
    const sql = 'SELECT seq, logGroup, line, dueAt FROM logLines WHERE dueAt <= ? ORDER BY dueAt LIMIT ?';
    return this.db.prepare(sql).all(now, most) as unknown as LogLine[];
  }
  nextLineDue(): number | undefined {
    return (this.db.prepare('SELECT MIN(dueAt) AS dueAt FROM logLines').get()?.dueAt ?? undefined) as
      | number
      | undefined;
  }
  postponeLine(line: LogLine, dueAt: number): void {
    this.db.prepare('UPDATE logLines SET dueAt = ? WHERE seq = ?').run(dueAt, line.seq);
  }
  finishLine(line: LogLine): void {
    this.db.prepare('DELETE FROM logLines WHERE seq = ?').run(line.seq);
  }

  private reach(phone: string, { id, at, kind, from, body, provider }: PhoneItem): void {
    this.db
      .prepare('INSERT INTO phoneItems (phone, id, at, kind, sender, body, provider) VALUES (?, ?, ?, ?, ?, ?, ?)')
      .run(phone, id, at, kind, from, body, provider);
  }

  private atOnce(write: () => void): void {
    this.db.exec('BEGIN');
    try {
      write();
      this.db.exec('COMMIT');
    } catch (error) {
      this.db.exec('ROLLBACK');
      throw error;
    }
  }

  message(sid: string): Message | undefined {
    return this.db.prepare('SELECT * FROM messages WHERE sid = ?').get(sid) as Message | undefined;
  }
  /** Newest first; `before` is a sid to go on after. Filters are few and local, so they are applied by the caller. */
  *messages(before?: string): Iterable<Message> {
    const from =
      before === undefined ? undefined : this.db.prepare('SELECT seq FROM messages WHERE sid = ?').get(before);
    const sql = 'SELECT * FROM messages WHERE seq < ? ORDER BY seq DESC';
    yield* this.db.prepare(sql).iterate(Number(from?.seq ?? Number.MAX_SAFE_INTEGER)) as Iterable<Message>;
  }
  /** Puts a text that waited for its sender's turn on the phone; true when there was one. */
  leaveQueue(sid: string, at: number): boolean {
    const queued = this.db.prepare('SELECT sender FROM queuedTexts WHERE sid = ?').get(sid);
    const m = this.message(sid);
    if (!queued || !m) return false;
    this.atOnce(() => {
      this.db.prepare('DELETE FROM queuedTexts WHERE sid = ?').run(sid);
      const from = String(queued.sender);
      this.reach(m.to, {
        id: sid,
        at: new Date(at).toISOString(),
        kind: 'sms',
        from,
        body: m.body,
        provider: 'twilio',
      });
    });
    return true;
  }
  /** Takes back what has not happened yet of a message. */
  cancel(sid: string, at: number): void {
    this.atOnce(() => {
      this.db.prepare('DELETE FROM steps WHERE sid = ?').run(sid);
      this.db.prepare('DELETE FROM queuedTexts WHERE sid = ?').run(sid);
      this.setStatus(sid, 'canceled', null, at);
    });
  }
  setStatus(sid: string, status: string, errorCode: number | null, at: number): void {
    const sentAt = status === 'sent' ? at : null;
    this.db
      .prepare(
        'UPDATE messages SET status = ?, errorCode = ?, updatedAt = ?, sentAt = COALESCE(sentAt, ?) WHERE sid = ?',
      )
      .run(status, errorCode, at, sentAt, sid);
  }

  dueSteps(now: number, most: number): Step[] {
    const sql = `${HEADS} AND dueAt <= ? ORDER BY dueAt LIMIT ?`;
    return this.db.prepare(sql).all(now, most) as unknown as Step[];
  }
  nextDue(): number | undefined {
    const row = this.db.prepare(`${HEADS} ORDER BY dueAt LIMIT 1`).get();
    return (row?.dueAt ?? undefined) as number | undefined;
  }
  postpone(step: Step, dueAt: number, tries: number): void {
    this.db.prepare('UPDATE steps SET dueAt = ?, tries = ? WHERE seq = ?').run(dueAt, tries, step.seq);
  }
  finish(step: Step): void {
    this.db.prepare('DELETE FROM steps WHERE seq = ?').run(step.seq);
  }

  /** What a phone received, oldest first. */
  phone(phone: string): PhoneItem[] {
    const sql =
      'SELECT id, at, kind, sender AS "from", body, provider FROM phoneItems WHERE phone IN (?, ?) ORDER BY seq';
    return this.db.prepare(sql).all(...eitherWay(phone)) as unknown as PhoneItem[];
  }
  phones(): { phone: string; count: number; lastAt: string }[] {
    const sql =
      'SELECT phone, COUNT(*) AS count, MAX(at) AS lastAt FROM phoneItems GROUP BY phone ORDER BY lastAt DESC';
    const numbers = this.db.prepare(sql).all() as unknown as { phone: string; count: number; lastAt: string }[];
    const phones = new Map<string, { phone: string; count: number; lastAt: string }>();
    for (const number of numbers) {
      const known = phones.get(phoneKey(number.phone));
      if (known) known.count += number.count;
      else phones.set(phoneKey(number.phone), number);
    }
    return [...phones.values()];
  }
}
