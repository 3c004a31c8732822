/** A folder for what tests of several files share, removed when all are over: `inject('scratch')`. */
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
  return () => rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
}
