/** The phones and tablets behind push endpoints: what arrived on each, kept over restarts. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { methodNotAllowed, notFound, sendJson } from '../../cloud/http.ts';
import type { Store } from '../store.ts';

export interface PushItem {
  id: string;
  at: string;
  title: string;
  body: string;
  /** It broke through do-not-disturb. */
  critical: boolean;
  /** What the app was handed. */
  data: Record<string, unknown>;
  provider: string;
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS pushItems (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, endpoint TEXT NOT NULL, at TEXT NOT NULL, item TEXT NOT NULL);
  CREATE INDEX IF NOT EXISTS itemsOfEndpoint ON pushItems (endpoint, seq);
`;

export class Devices {
  private readonly store: Store;
  constructor(store: Store) {
    this.store = store;
    store.db.exec(SCHEMA);
  }

  show(endpointId: string, item: PushItem): void {
    const sql = 'INSERT INTO pushItems (endpoint, at, item) VALUES (?, ?, ?)';
    this.store.db.prepare(sql).run(endpointId, item.at, JSON.stringify(item));
  }

  /** Oldest first. */
  items(endpointId: string): PushItem[] {
    const rows = this.store.db.prepare('SELECT item FROM pushItems WHERE endpoint = ? ORDER BY seq').all(endpointId);
    return rows.map(({ item }) => JSON.parse(String(item)) as PushItem);
  }

  endpoints(): { endpoint: string; count: number; lastAt: string }[] {
    const sql =
      'SELECT endpoint, COUNT(*) AS count, MAX(at) AS lastAt FROM pushItems GROUP BY endpoint ORDER BY lastAt DESC';
    return this.store.db.prepare(sql).all() as unknown as { endpoint: string; count: number; lastAt: string }[];
  }

  /** Below `/simulators/push`: the endpoints something arrived at, and what arrived at one, named by its id. */
  handle(req: IncomingMessage, res: ServerResponse, [id, ...rest]: string[]): void {
    if (rest.length > 0) throw notFound('No such page.');
    if (req.method !== 'GET') throw methodNotAllowed('GET');
    sendJson(res, 200, { items: id === undefined || id === '' ? this.endpoints() : this.items(id) });
  }
}
