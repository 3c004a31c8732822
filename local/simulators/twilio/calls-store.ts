/** Calls, in the simulators' file: what a phone was told in each, and how it takes calls when nobody holds it. */
import { phoneKey } from '../../../lambdas/core/recipient/phone.ts';
import { eitherWay, type Store } from '../store.ts';

/**
 * What a phone does by itself. `screened`: a machine asks who calls, and the person who reads that may press keys in the
 * same call. `dnd`: do-not-disturb, which lets a second call of one number within three minutes ring.
 * `hangs-up-in-silence`: the call is taken and put down at once.
 */
export const BEHAVIOURS = [
  'no-answer',
  'answer',
  'decline',
  'busy',
  'voicemail',
  'screened',
  'dnd',
  'hangs-up-in-silence',
] as const;
export type Behaviour = (typeof BEHAVIOURS)[number];

/** Detection holds the call in silence until it has found out who is on the line. */
export const FIRST = 1;
/** Detection (`AsyncAmd`) tells its finding while the call goes on. */
export const BESIDE = 2;

export const FINAL = ['completed', 'busy', 'no-answer', 'canceled', 'failed'] as const;
export type CallStatus = 'queued' | 'ringing' | 'in-progress' | (typeof FINAL)[number];
export const isOver = (status: CallStatus): boolean => (FINAL as readonly string[]).includes(status);

export interface Call {
  sid: string;
  accountSid: string;
  provider: 'twilio' | 'aws-voice';
  direction: 'outbound-api' | 'inbound';
  sender: string;
  to: string;
  /** Whose phone it is: the one that is called, or the one that calls us. */
  phone: string;
  status: CallStatus;
  answeredBy: string | null;
  /** Where to ask what to say, or what to say. */
  url: string | null;
  twiml: string | null;
  /** Asked instead, where what to say cannot be had. */
  fallbackUrl: string | null;
  callbackUrl: string | null;
  /** Where the finding of machine detection goes while the call goes on; without it the call is silent until then. */
  amdUrl: string | null;
  /** What is reported there, with blanks between. */
  events: string;
  /** Whether it is found out who answers, and when: `FIRST` or `BESIDE`. */
  detects: number;
  ringMs: number;
  createdAt: number;
  answeredAt: number | null;
  endedAt: number | null;
  /** How long it has lasted as a call, whatever --speed makes of its waits. */
  seconds: number;
  /** What was spoken so far. */
  body: string;
}

const COLUMNS =
  'sid accountSid provider direction sender to phone status answeredBy url twiml callbackUrl events detects ringMs createdAt answeredAt endedAt body fallbackUrl amdUrl seconds'.split(
    ' ',
  ) as (keyof Call)[];
const quoted = (names: readonly string[]) => names.map((name) => `"${name}"`).join(', ');

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS calls (seq INTEGER PRIMARY KEY AUTOINCREMENT, ${quoted(COLUMNS)});
  CREATE UNIQUE INDEX IF NOT EXISTS callsBySid ON calls (sid);
  CREATE INDEX IF NOT EXISTS callsByPhone ON calls (phone, seq);
  CREATE TABLE IF NOT EXISTS phoneBehaviours (phone TEXT PRIMARY KEY, calls TEXT NOT NULL);
`;

export class CallStore {
  private readonly store: Store;
  constructor(store: Store) {
    this.store = store;
    store.db.exec(SCHEMA);
    // A file of a version before has fewer columns.
    const stored = store.db
      .prepare('PRAGMA table_info(calls)')
      .all()
      .map(({ name }) => name);
    for (const name of COLUMNS) if (!stored.includes(name)) store.db.exec(`ALTER TABLE calls ADD COLUMN "${name}"`);
  }

  /** Takes a call. One that reaches a phone is among what the phone received, from now on. */
  add(call: Call, reaches: boolean): void {
    const { db } = this.store;
    db.exec('BEGIN');
    try {
      const marks = COLUMNS.map(() => '?').join(', ');
      db.prepare(`INSERT INTO calls (${quoted(COLUMNS)}) VALUES (${marks})`).run(...COLUMNS.map((name) => call[name]));
      const sql =
        "INSERT INTO phoneItems (phone, id, at, kind, sender, body, provider) VALUES (?, ?, ?, 'call', ?, ?, ?)";
      const at = new Date(call.createdAt).toISOString();
      if (reaches) db.prepare(sql).run(call.phone, call.sid, at, call.sender, call.body, call.provider);
      db.exec('COMMIT');
    } catch (error) {
      db.exec('ROLLBACK');
      throw error;
    }
  }

  get(sid: string): Call | undefined {
    return this.store.db.prepare('SELECT * FROM calls WHERE sid = ?').get(sid) as Call | undefined;
  }
  /** The phone's calls, both ways, oldest first. */
  ofPhone(phone: string): Call[] {
    const sql = 'SELECT * FROM calls WHERE phone IN (?, ?) ORDER BY seq';
    return this.store.db.prepare(sql).all(...eitherWay(phone)) as unknown as Call[];
  }
  /** Those that a process which is gone left behind. */
  unfinished(): Call[] {
    const sql = `SELECT * FROM calls WHERE status NOT IN (${FINAL.map((status) => `'${status}'`).join(', ')}) ORDER BY seq`;
    return this.store.db.prepare(sql).all() as unknown as Call[];
  }

  set(sid: string, changes: Partial<Omit<Call, 'sid'>>): Call {
    const names = Object.keys(changes) as (keyof typeof changes)[];
    const sql = `UPDATE calls SET ${names.map((name) => `"${name}" = ?`).join(', ')} WHERE sid = ?`;
    this.store.db.prepare(sql).run(...names.map((name) => changes[name] ?? null), sid);
    return this.get(sid) as Call;
  }
  speak(sid: string, text: string): void {
    const body = [this.get(sid)?.body, text].filter(Boolean).join('\n');
    this.set(sid, { body });
    this.store.db.prepare('UPDATE phoneItems SET body = ? WHERE id = ?').run(body, sid);
  }

  /** When one of our numbers called the phone last before this call; undefined where none has. */
  calledBefore({ sid, phone, sender }: Call): number | undefined {
    const before = this.ofPhone(phone).filter((call) => call.sid !== sid && call.sender === sender);
    return before.at(-1)?.createdAt;
  }

  behaviour(phone: string): Behaviour {
    const sql = 'SELECT calls FROM phoneBehaviours WHERE phone = ?';
    const row = this.store.db.prepare(sql).get(phoneKey(phone));
    return (row?.calls as Behaviour | undefined) ?? 'no-answer';
  }
  setBehaviour(phone: string, behaviour: Behaviour): void {
    this.store.db.prepare('INSERT OR REPLACE INTO phoneBehaviours VALUES (?, ?)').run(phoneKey(phone), behaviour);
  }
}
