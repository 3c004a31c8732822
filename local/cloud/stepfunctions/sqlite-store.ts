/** Executions in one SQLite file: what was stored is there after a kill -9 at any point. */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { dueAt, type Execution } from './execution.ts';
import type { HistoryEvent } from './history.ts';
import type { ExecutionStore } from './store.ts';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS executions (
    place INTEGER PRIMARY KEY AUTOINCREMENT, arn TEXT UNIQUE, machineArn TEXT, definition TEXT, status TEXT, dueAt REAL,
    record TEXT);
  CREATE INDEX IF NOT EXISTS executionsDue ON executions (dueAt) WHERE dueAt IS NOT NULL;
  CREATE INDEX IF NOT EXISTS executionsOfMachine ON executions (machineArn, status, place);
  CREATE INDEX IF NOT EXISTS executionsRunning ON executions (place) WHERE status = 'RUNNING';
  CREATE TABLE IF NOT EXISTS definitions (hash TEXT PRIMARY KEY, text TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS tokens (token TEXT PRIMARY KEY, arn TEXT NOT NULL);
  CREATE INDEX IF NOT EXISTS tokensOfExecution ON tokens (arn);
  CREATE TABLE IF NOT EXISTS events (arn TEXT, id INTEGER, event TEXT NOT NULL, PRIMARY KEY (arn, id)) WITHOUT ROWID;
`;

/** Ended before a time, and not among the `keep` newest of those that ended. */
const OLD = `SELECT arn FROM executions WHERE status <> 'RUNNING' AND json_extract(record, '$.stoppedAt') < :endedBefore
  AND place <= (SELECT place FROM executions WHERE status <> 'RUNNING' ORDER BY place DESC LIMIT 1 OFFSET :keep)`;

/** Opens the store in `file`, which is made when it is not there. */
export function sqliteStore(file: string): ExecutionStore {
  mkdirSync(dirname(file), { recursive: true });
  const db = new DatabaseSync(file);
  // A WAL write survives the death of the process; only a power cut could lose the last ones.
  db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; ${SCHEMA}`);
  db.exec(`DELETE FROM definitions
    WHERE hash NOT IN (SELECT definition FROM executions WHERE status = 'RUNNING')`);

  const sql = {
    insert: db.prepare(
      'INSERT INTO executions (arn, machineArn, definition, status, dueAt, record) VALUES (?, ?, ?, ?, ?, ?)',
    ),
    define: db.prepare('INSERT OR IGNORE INTO definitions VALUES (?, ?)'),
    update: db.prepare('UPDATE executions SET status = ?, dueAt = ?, record = ? WHERE arn = ?'),
    event: db.prepare('INSERT INTO events VALUES (?, ?, ?)'),
    token: db.prepare('INSERT INTO tokens VALUES (?, ?)'),
    get: db.prepare('SELECT record FROM executions WHERE arn = ?'),
    definition: db.prepare('SELECT text FROM definitions WHERE hash = ?'),
    byToken: db.prepare('SELECT arn FROM tokens WHERE token = ?'),
    running: db.prepare("SELECT arn FROM executions WHERE status = 'RUNNING' ORDER BY place"),
    due: db.prepare('SELECT arn FROM executions WHERE dueAt <= ? ORDER BY dueAt, place'),
    nextDue: db.prepare('SELECT MIN(dueAt) AS at FROM executions WHERE dueAt IS NOT NULL'),
    list: db.prepare(
      'SELECT place, record FROM executions WHERE machineArn = ? AND place < ? ORDER BY place DESC LIMIT ?',
    ),
    listOf: db.prepare(
      'SELECT place, record FROM executions WHERE machineArn = ? AND status = ? AND place < ? ORDER BY place DESC LIMIT ?',
    ),
    forward: db.prepare('SELECT event FROM events WHERE arn = ? AND id > ? ORDER BY id LIMIT ?'),
    forgetEvents: db.prepare(`DELETE FROM events WHERE arn IN (${OLD})`),
    forgetTokens: db.prepare(`DELETE FROM tokens WHERE arn IN (${OLD})`),
    forget: db.prepare(`DELETE FROM executions WHERE arn IN (${OLD})`),
    backward: db.prepare('SELECT event FROM events WHERE arn = ? AND id < ? ORDER BY id DESC LIMIT ?'),
  };
  const executionOf = (row: Record<string, unknown>) => JSON.parse(String(row.record)) as Execution;
  const arns = (rows: Record<string, unknown>[]) => rows.map(({ arn }) => String(arn));
  const due = (execution: Execution) => dueAt(execution) ?? null;

  function atOnce<T>(write: () => T): T {
    db.exec('BEGIN');
    try {
      const written = write();
      db.exec('COMMIT');
      return written;
    } catch (error) {
      db.exec('ROLLBACK');
      throw error;
    }
  }

  return {
    insert(execution, definition) {
      const { arn, machineArn, status } = execution;
      atOnce(() => {
        sql.define.run(execution.definition, definition);
        const record = JSON.stringify(execution);
        sql.insert.run(arn, machineArn, execution.definition, status, due(execution), record);
      });
    },
    save(execution, events: readonly HistoryEvent[], tokens) {
      const { arn, status } = execution;
      atOnce(() => {
        sql.update.run(status, due(execution), JSON.stringify(execution), arn);
        for (const event of events) sql.event.run(arn, event.id, JSON.stringify(event));
        for (const token of tokens) sql.token.run(token, arn);
      });
    },
    get(arn) {
      const row = sql.get.get(arn);
      return row && executionOf(row);
    },
    definition: (hash) => sql.definition.get(hash)?.text as string | undefined,
    byToken: (token) => sql.byToken.get(token)?.arn as string | undefined,
    running: () => arns(sql.running.all()),
    due: (now) => arns(sql.due.all(now)),
    nextDue: () => (sql.nextDue.get()?.at ?? undefined) as number | undefined,
    list({ machineArn, status, before = Number.MAX_SAFE_INTEGER, limit }) {
      const rows = status ? sql.listOf.all(machineArn, status, before, limit) : sql.list.all(machineArn, before, limit);
      return rows.map((row) => ({ place: Number(row.place), execution: executionOf(row) }));
    },
    history(arn, { after, reverse = false, limit }) {
      const from = after ?? (reverse ? Number.MAX_SAFE_INTEGER : 0);
      const rows = (reverse ? sql.backward : sql.forward).all(arn, from, limit);
      return rows.map(({ event }) => JSON.parse(String(event)) as HistoryEvent);
    },
    purge: (endedBefore, keep) =>
      atOnce(() => {
        for (const statement of [sql.forgetEvents, sql.forgetTokens]) statement.run({ endedBefore, keep });
        return Number(sql.forget.run({ endedBefore, keep }).changes);
      }),
    close: () => db.close(),
  };
}
