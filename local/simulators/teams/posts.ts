import type { Store } from '../store.ts';

/** What a webhook took. */
export interface Post {
  /** The run of the workflow. */
  id: string;
  at: string;
  /** Path of the webhook, without its signature. */
  webhook: string;
  card: object;
  /** Why the workflow could not post it although it was accepted. */
  problem?: string;
}

const SCHEMA = `CREATE TABLE IF NOT EXISTS teamsPosts (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, webhook TEXT NOT NULL, post TEXT NOT NULL);`;

/** Kept over restarts. */
export class Posts {
  private readonly store: Store;
  constructor(store: Store) {
    this.store = store;
    store.db.exec(SCHEMA);
  }

  add(post: Post): void {
    this.store.db
      .prepare('INSERT INTO teamsPosts (webhook, post) VALUES (?, ?)')
      .run(post.webhook, JSON.stringify(post));
  }

  /** Oldest first. */
  list(): Post[] {
    const rows = this.store.db.prepare('SELECT post FROM teamsPosts ORDER BY seq').all();
    return rows.map(({ post }) => JSON.parse(String(post)) as Post);
  }
}
