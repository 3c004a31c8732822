/** Mails that arrived and events that are still to be told, in the simulators' file. */
import type { DatabaseSync } from 'node:sqlite';

export type MailProvider = 'sendgrid' | 'ses';

export interface Mail {
  id: string;
  /** ISO 8601. */
  at: string;
  from: string;
  to: string;
  subject: string;
  text: string;
  html: string;
  provider: MailProvider;
  headers: Record<string, string>;
}

/** News of a mail, as its provider puts it, for whoever listens. */
export interface MailEvent {
  seq: number;
  payload: Record<string, unknown>;
  dueAt: number;
  firstDueAt: number;
  tries: number;
}
export type NewEvent = Pick<MailEvent, 'payload' | 'dueAt'>;

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS mails (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, address TEXT, id TEXT, at TEXT, mail TEXT);
  CREATE INDEX IF NOT EXISTS mailsOfAddress ON mails (address, seq);
  CREATE TABLE IF NOT EXISTS mailEvents (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, provider TEXT, payload TEXT, dueAt INTEGER, firstDueAt INTEGER,
    tries INTEGER NOT NULL DEFAULT 0);
  CREATE INDEX IF NOT EXISTS mailEventsDue ON mailEvents (provider, dueAt);
  CREATE TABLE IF NOT EXISTS mailArgs (id TEXT PRIMARY KEY, args TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS suppressedAddresses (address TEXT PRIMARY KEY, reason TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS mailKeys (name TEXT PRIMARY KEY, value TEXT NOT NULL);
`;
/** Addresses are told apart as mail servers do in practice: not by case. */
const key = (address: string) => address.trim().toLowerCase();

export class Mails {
  private readonly db: DatabaseSync;
  constructor(db: DatabaseSync) {
    this.db = db;
    db.exec(SCHEMA);
  }

  /** Takes a mail with its future: in the inboxes it reaches, and the events, or nothing of it. */
  accept(provider: MailProvider, reached: Mail[], events: NewEvent[]): void {
    this.db.exec('BEGIN');
    try {
      const mail = this.db.prepare('INSERT INTO mails (address, id, at, mail) VALUES (?, ?, ?, ?)');
      for (const one of reached) mail.run(key(one.to), one.id, one.at, JSON.stringify(one));
      const event = this.db.prepare(
        'INSERT INTO mailEvents (provider, payload, dueAt, firstDueAt) VALUES (?, ?, ?, ?)',
      );
      for (const { payload, dueAt } of events) event.run(provider, JSON.stringify(payload), dueAt, dueAt);
      this.db.exec('COMMIT');
    } catch (error) {
      this.db.exec('ROLLBACK');
      throw error;
    }
  }

  /** What an address received, oldest first. */
  inbox(address: string): Mail[] {
    const rows = this.db.prepare('SELECT mail FROM mails WHERE address = ? ORDER BY seq').all(key(address));
    return rows.map(({ mail }) => JSON.parse(String(mail)) as Mail);
  }
  addresses(): { address: string; count: number; lastAt: string }[] {
    const sql = 'SELECT address, COUNT(*) AS count, MAX(at) AS lastAt FROM mails GROUP BY address ORDER BY lastAt DESC';
    return this.db.prepare(sql).all() as unknown as { address: string; count: number; lastAt: string }[];
  }

  due(provider: MailProvider, now: number, most: number): MailEvent[] {
    const sql = 'SELECT * FROM mailEvents WHERE provider = ? AND dueAt <= ? ORDER BY dueAt, seq LIMIT ?';
    const rows = this.db.prepare(sql).all(provider, now, most) as unknown as (MailEvent & { payload: string })[];
    return rows.map((row) => ({ ...row, payload: JSON.parse(row.payload) }));
  }
  nextDue(provider: MailProvider): number | undefined {
    const row = this.db.prepare('SELECT MIN(dueAt) AS dueAt FROM mailEvents WHERE provider = ?').get(provider);
    return (row?.dueAt ?? undefined) as number | undefined;
  }
  postpone({ seq }: MailEvent, dueAt: number, tries: number): void {
    this.db.prepare('UPDATE mailEvents SET dueAt = ?, tries = ? WHERE seq = ?').run(dueAt, tries, seq);
  }
  finish({ seq }: MailEvent): void {
    this.db.prepare('DELETE FROM mailEvents WHERE seq = ?').run(seq);
  }

  /** What events about a mail bring back beside the event: SendGrid's `custom_args`. */
  keepArgs(id: string, args: Record<string, string>): void {
    this.db.prepare('INSERT OR REPLACE INTO mailArgs VALUES (?, ?)').run(id, JSON.stringify(args));
  }
  args(id: string): Record<string, string> {
    const row = this.db.prepare('SELECT args FROM mailArgs WHERE id = ?').get(id);
    return row ? (JSON.parse(String(row.args)) as Record<string, string>) : {};
  }

  /** SendGrid's reason for dropping every mail to the address; undefined where there is none. */
  suppressedFor(address: string): string | undefined {
    const row = this.db.prepare('SELECT reason FROM suppressedAddresses WHERE address = ?').get(key(address));
    return row ? String(row.reason) : undefined;
  }
  suppress(address: string, reason: string): void {
    this.db.prepare('INSERT OR REPLACE INTO suppressedAddresses VALUES (?, ?)').run(key(address), reason);
  }
  unsuppress(address: string): void {
    this.db.prepare('DELETE FROM suppressedAddresses WHERE address = ?').run(key(address));
  }

  /** A value made once and then kept. */
  kept(name: string, make: () => string): string {
    const found = this.db.prepare('SELECT value FROM mailKeys WHERE name = ?').get(name);
    if (found) return String(found.value);
    const value = make();
    this.db.prepare('INSERT INTO mailKeys VALUES (?, ?)').run(name, value);
    return value;
  }
}
