/** Files of .local. */
import { renameSync, writeFileSync } from 'node:fs';

/** Replaces the file in one step, readable by its owner only: half a credentials file would be worse than none. */
export function writePrivately(path: string, content: string): void {
  const next = `${path}.next`;
  writeFileSync(next, content, { mode: 0o600 });
  renameSync(next, path);
}
