/** The log folder: one file per function, appended to over restarts, the previous generation kept. */
import { createWriteStream, existsSync, mkdirSync, renameSync, statSync, type WriteStream } from 'node:fs';
import { join } from 'node:path';

/** At the start of a run a file above this makes room for a new one. */
const LARGEST = 10 * 1024 * 1024;

export interface Logs {
  dir: string;
  open(name: string): WriteStream;
  close(): Promise<void>;
}

/** Opens the folder, and files in it on demand. */
export function openLogs(dir: string): Logs {
  mkdirSync(dir, { recursive: true });
  const streams: WriteStream[] = [];
  return {
    dir,
    open(name) {
      const path = join(dir, `${name}.log`);
      if (existsSync(path) && statSync(path).size > LARGEST) renameSync(path, `${path}.1`);
      const stream = createWriteStream(path, { flags: 'a' });
      stream.setMaxListeners(0); // every environment of a function writes here
      streams.push(stream);
      return stream;
    },
    async close() {
      await Promise.all(streams.map((stream) => new Promise<void>((resolve) => stream.end(resolve))));
    },
  };
}
