import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

/** They start processes and mostly wait for them. */
const PROCESSES = ['test/e2e/**/*.test.ts', 'test/local/local-run.test.ts'];
/** They put something in a module's place, and what they load then must be met by no other file. */
const REPLACING = globSync('test/**/*.test.ts', { cwd: import.meta.dirname }).filter((file) =>
  /\bvi\.(m|doM)ock\(/.test(readFileSync(join(import.meta.dirname, file), 'utf8')),
);
const INFRA = ['test/infra/**/*.test.ts'];

/** What is bound to come is waited for as long as the slowest machine needs. */
const PATIENCE = 'test/support/patience.ts';

const common = {
  setupFiles: [PATIENCE],
  // Only what hangs takes so long: the longest test takes half a minute, and ten times that on a busy machine.
  testTimeout: 600_000,
  hookTimeout: 600_000,
  expect: { poll: { timeout: 20_000 } },
};

/**
 * Projects run in the order of their names, the long files first. Without isolation a worker loads each module once for
 * all its files, which is a third of the time of them all: so modules under test keep no state that a test could see.
 */
export default defineConfig({
  test: {
    globalSetup: ['test/support/scratch.ts'],
    reporters: ['default', './test/support/closing-line.ts'],
    // One more than the two cores of CI: there is always a file that waits.
    maxWorkers: 3,
    projects: [
      { extends: true, test: { ...common, name: '1 alone', include: [...PROCESSES, ...REPLACING] } },
      { extends: true, test: { ...common, name: '2 infra', isolate: false, include: INFRA, exclude: REPLACING } },
      {
        extends: true,
        test: {
          ...common,
          setupFiles: [PATIENCE, 'test/support/no-floating-calls.ts'],
          name: '3 others',
          isolate: false,
          include: ['test/**/*.test.ts'],
          exclude: [...PROCESSES, ...REPLACING, ...INFRA],
        },
      },
    ],
  },
});
