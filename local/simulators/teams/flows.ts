/** The workflows behind the webhooks: when each was used last, and whether it is on. Kept over restarts. */
import type { Store } from '../store.ts';

const DAY_MS = 86_400_000;
/** Unused for 90 days a flow is announced to its owner, and 30 days later it is switched off. */
const UNUSED_DAYS = 120;

const SCHEMA = `CREATE TABLE IF NOT EXISTS teamsFlows (path TEXT PRIMARY KEY, usedAt INTEGER NOT NULL);`;

export class Flows {
  private readonly store: Store;
  private readonly unusedMs: number;
  private readonly now: () => number;

  /** @param speed how much faster than in the world the days pass */
  constructor(store: Store, speed: number, now: () => number) {
    this.store = store;
    this.unusedMs = (UNUSED_DAYS * DAY_MS) / speed;
    this.now = now;
    store.db.exec(SCHEMA);
  }

  /** Whether the flow is on, which its trigger notes as a use. One that was never used has just been made. */
  trigger(path: string): boolean {
    const row = this.store.db.prepare('SELECT usedAt FROM teamsFlows WHERE path = ?').get(path);
    if (row && this.now() - Number(row.usedAt) > this.unusedMs) return false;
    this.turnOn(path);
    return true;
  }

  /** What its owner does in Power Automate. */
  turnOn(path: string): void {
    const sql = 'INSERT INTO teamsFlows VALUES (?, ?) ON CONFLICT (path) DO UPDATE SET usedAt = excluded.usedAt';
    this.store.db.prepare(sql).run(path, this.now());
  }
}
