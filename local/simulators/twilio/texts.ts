/** What phones texted, and which of them blocked which number: in the simulators' file, beside what phones received. */
import { randomBytes } from 'node:crypto';
import { eitherWay, type Store } from '../store.ts';

/** A text that a phone sent. */
export interface SentText {
  id: string;
  at: string;
  /** The phone, or `rcs:` and the phone. */
  from: string;
  to: string;
  body: string;
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS sentTexts (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, phone TEXT, id TEXT, at TEXT, recipient TEXT, body TEXT, sender TEXT);
  CREATE INDEX IF NOT EXISTS sentByPhone ON sentTexts (phone, seq);
  CREATE TABLE IF NOT EXISTS blocks (phone TEXT, number TEXT, PRIMARY KEY (phone, number));
`;

const SENT = 'SELECT id, at, COALESCE(sender, phone) AS "from", recipient AS "to", body FROM sentTexts';

export class Texts {
  private readonly store: Store;
  constructor(store: Store) {
    this.store = store;
    store.db.exec(SCHEMA);
    // A file of a version before has no such column.
    const columns = store.db.prepare('PRAGMA table_info(sentTexts)').all();
    if (!columns.some(({ name }) => name === 'sender')) store.db.exec('ALTER TABLE sentTexts ADD COLUMN sender TEXT');
  }

  /** What the phone sent, oldest first. */
  sentBy(phone: string): SentText[] {
    const sql = `${SENT} WHERE phone IN (?, ?) ORDER BY seq`;
    return this.store.db.prepare(sql).all(...eitherWay(phone)) as unknown as SentText[];
  }
  /** What all phones sent, newest first. */
  sent(): SentText[] {
    return this.store.db.prepare(`${SENT} ORDER BY seq DESC`).all() as unknown as SentText[];
  }
  get(id: string): SentText | undefined {
    return this.store.db.prepare(`${SENT} WHERE id = ?`).get(id) as SentText | undefined;
  }
  /** @param from as Twilio names the sender */
  send(phone: string, to: string, body: string, from: string): SentText {
    const text = { id: `SM${randomBytes(16).toString('hex')}`, at: new Date().toISOString(), from, to, body };
    const sql = 'INSERT INTO sentTexts (phone, id, at, recipient, body, sender) VALUES (?, ?, ?, ?, ?, ?)';
    this.store.db.prepare(sql).run(phone, text.id, text.at, to, body, from);
    return text;
  }
  /** A text from one of the account's numbers that no create call made. */
  arrive(phone: string, from: string, body: string): void {
    const id = `SM${randomBytes(16).toString('hex')}`;
    const item = { id, at: new Date().toISOString(), kind: 'sms', from, body, provider: 'twilio' } as const;
    this.store.acceptLogged({ phone, item });
  }

  isBlocked(phone: string, number: string): boolean {
    const sql = 'SELECT 1 FROM blocks WHERE phone IN (?, ?) AND number = ?';
    return this.store.db.prepare(sql).get(...eitherWay(phone), number) !== undefined;
  }
  block(phone: string, number: string, blocked: boolean): void {
    const { db } = this.store;
    if (blocked) db.prepare('INSERT OR IGNORE INTO blocks (phone, number) VALUES (?, ?)').run(phone, number);
    else db.prepare('DELETE FROM blocks WHERE phone IN (?, ?) AND number = ?').run(...eitherWay(phone), number);
  }
}
