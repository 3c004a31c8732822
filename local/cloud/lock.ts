/**
 * One run per state folder. The lock is the operating system's own on an SQLite file: it goes with the process, however
 * that ends, so a killed run leaves nothing to clean up, and no process id can be taken for another's.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

export const LOCK_FILES = ['lock', 'lock-journal', 'pid'];

/** Takes the lock of `dir`, or throws saying who has it. The answer gives it back. */
export function takeLock(dir: string): () => void {
  const pidFile = join(dir, 'pid');
  const database = new DatabaseSync(join(dir, 'lock'), { timeout: 0 });
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE;');
  } catch {
    database.close();
    throw new Error(`another local run uses ${dir} (process ${holder(pidFile)}); stop it first`);
  }
  writeFileSync(pidFile, String(process.pid));
  return () => database.close();
}

function holder(pidFile: string): string {
  try {
    return readFileSync(pidFile, 'utf8');
  } catch {
    return 'unknown';
  }
}
