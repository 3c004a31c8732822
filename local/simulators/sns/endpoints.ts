/**
 * What SNS knows of push endpoints: whether each is enabled. An endpoint whose id begins with `disabled` begins so, and
 * one whose id begins with `wrong-environment` holds a token of the other APNs environment: SNS takes a notification, Apple
 * refuses it, and SNS disables the endpoint, also after it was enabled again. Kept over restarts.
 */
import type { Store } from '../store.ts';

const SCHEMA = `CREATE TABLE IF NOT EXISTS pushEndpoints (id TEXT PRIMARY KEY, enabled INTEGER NOT NULL);`;

export class Endpoints {
  private readonly store: Store;
  constructor(store: Store) {
    this.store = store;
    store.db.exec(SCHEMA);
  }

  isEnabled(id: string): boolean {
    const row = this.store.db.prepare('SELECT enabled FROM pushEndpoints WHERE id = ?').get(id);
    return row ? Number(row.enabled) === 1 : !id.startsWith('disabled');
  }

  enable(id: string, enabled: boolean): void {
    const sql = 'INSERT INTO pushEndpoints VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET enabled = excluded.enabled';
    this.store.db.prepare(sql).run(id, Number(enabled));
  }

  /** Whether Apple shows what SNS took; where it does not, SNS disables the endpoint. */
  reaches(id: string): boolean {
    if (!id.startsWith('wrong-environment')) return true;
    this.enable(id, false);
    return false;
  }
}
