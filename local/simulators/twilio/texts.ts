/** What phones texted, and which of them blocked which number: in the simulators' file, beside what phones received. */
import { randomBytes } from 'node:crypto';
import { eitherWay, type Store } from '../store.ts';

/** A text that a phone sent. */
export interface SentText {
  id: string;
  at: string;
  to: string;
  body: string;
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS sentTexts (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, phone TEXT, id TEXT, at TEXT, recipient TEXT, body TEXT);
  CREATE INDEX IF NOT EXISTS sentByPhone ON sentTexts (phone, seq);
  CREATE TABLE IF NOT EXISTS blocks (phone TEXT, number TEXT, PRIMARY KEY (phone, number));
`;

export class Texts {
  private readonly store: Store;
  constructor(store: Store) {
    this.store = store;
    store.db.exec(SCHEMA);
  }

  /** What the phone sent, oldest first. */
  sentBy(phone: string): SentText[] {
    const sql = 'SELECT id, at, recipient AS "to", body FROM sentTexts WHERE phone IN (?, ?) ORDER BY seq';
    return this.store.db.prepare(sql).all(...eitherWay(phone)) as unknown as SentText[];
  }
  send(phone: string, to: string, body: string): SentText {
    const text = { id: `SM${randomBytes(16).toString('hex')}`, at: new Date().toISOString(), to, body };
    const sql = 'INSERT INTO sentTexts (phone, id, at, recipient, body) VALUES (?, ?, ?, ?, ?)';
    this.store.db.prepare(sql).run(phone, text.id, text.at, to, body);
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
