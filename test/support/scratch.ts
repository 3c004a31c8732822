/**
 * A folder for what tests of several files share, removed when all are over: `inject('scratch')`. Node keeps compiled
 * modules there too, for the workers and for the processes that tests start: compiling is a third of what a start takes.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    scratch: string;
  }
}

export default function scratch({ provide }: TestProject): () => void {
  const dir = mkdtempSync(join(tmpdir(), 'lifeline-tests-'));
  provide('scratch', dir);
  process.env.NODE_COMPILE_CACHE ??= join(dir, 'compiled');
  return () => rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
}
