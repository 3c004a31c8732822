import type { Store } from '../store.ts';

/** A message as `GET /simulators/slack/{user}` lists it. */
export interface SlackMessage {
  /** `<channel>/<ts>`. */
  id: string;
  at: string;
  channel: string;
  text: string;
  blocks: Block[];
  updatedAt?: string;
  provider: 'slack';
}
export type Block = Record<string, unknown> & { type: string };

const SCHEMA = `CREATE TABLE IF NOT EXISTS slackMessages (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, channel TEXT, ts TEXT, at TEXT, text TEXT, blocks TEXT, updatedAt TEXT);
  CREATE INDEX IF NOT EXISTS slackOfChannel ON slackMessages (channel, ts);`;

/**
 * The channel that a message for this target is in: of a user the direct messages with the app, of a channel itself.
 * Undefined for what is neither. Here every user and every channel exists.
 */
export function channelOf(target: string): string | undefined {
  if (/^[UW][A-Za-z0-9_-]+$/.test(target)) return `D${target}`;
  if (/^[CGD][A-Za-z0-9_-]+$/.test(target)) return target;
  const [, name] = /^#([a-z0-9_-]{1,80})$/.exec(target) ?? [];
  return name && `C${name.toUpperCase()}`;
}

/** What lies in which channel, kept over restarts. */
export class Messages {
  private readonly store: Store;
  constructor(store: Store) {
    this.store = store;
    store.db.exec(SCHEMA);
  }

  /** Answers the time that Slack names the message by. */
  post(channel: string, text: string, blocks: Block[], now: number): string {
    const { db } = this.store;
    const { lastInsertRowid } = db
      .prepare('INSERT INTO slackMessages (channel, at, text, blocks) VALUES (?, ?, ?, ?)')
      .run(channel, new Date(now).toISOString(), text, JSON.stringify(blocks));
    const ts = `${Math.floor(now / 1_000)}.${String(Number(lastInsertRowid) % 1_000_000).padStart(6, '0')}`;
    db.prepare('UPDATE slackMessages SET ts = ? WHERE seq = ?').run(ts, lastInsertRowid);
    return ts;
  }

  /** False when there is no such message. */
  update(channel: string, ts: string, text: string, blocks: Block[], now: number): boolean {
    const sql = 'UPDATE slackMessages SET text = ?, blocks = ?, updatedAt = ? WHERE channel = ? AND ts = ?';
    const at = new Date(now).toISOString();
    return this.store.db.prepare(sql).run(text, JSON.stringify(blocks), at, channel, ts).changes > 0;
  }

  find(id: string): SlackMessage | undefined {
    const [channel = '', ts = ''] = id.split('/');
    return this.list(channel).find((message) => message.id === `${channel}/${ts}`);
  }

  /** Oldest first. */
  list(channel: string): SlackMessage[] {
    const sql = 'SELECT * FROM slackMessages WHERE channel = ? AND ts IS NOT NULL ORDER BY seq';
    return this.store.db
      .prepare(sql)
      .all(channel)
      .map(({ ts, at, text, blocks, updatedAt }) => ({
        id: `${channel}/${ts}`,
        at: String(at),
        channel,
        text: String(text),
        blocks: JSON.parse(String(blocks)) as Block[],
        ...(updatedAt !== null && { updatedAt: String(updatedAt) }),
        provider: 'slack' as const,
      }));
  }

  /** Where anything was posted, the latest first, by the name it is looked up by: a user or a channel. */
  targets(): { target: string; count: number; lastAt: string }[] {
    const sql =
      'SELECT channel, COUNT(*) AS count, MAX(at) AS lastAt FROM slackMessages GROUP BY channel ORDER BY lastAt DESC';
    return this.store.db
      .prepare(sql)
      .all()
      .map(({ channel, count, lastAt }) => ({
        target: String(channel).replace(/^D(?=[UW])/, ''),
        count: Number(count),
        lastAt: String(lastAt),
      }));
  }
}
