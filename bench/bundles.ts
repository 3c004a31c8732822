/** Size of every function's bundle against its budget, and how long it takes to load. */
import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { BUNDLE_BUDGETS_KB } from './bundle-budgets.ts';
import { type Bundle, bundlesOf } from './bundles-of.ts';
import { median, progress, table, verdict } from './print.ts';
import { assembly, ROOT } from './running.ts';

const LOADS = 5;

export async function bundles(): Promise<void> {
  const dir = await assembly();
  const found = bundlesOf(ROOT, dir);
  progress(`loading ${found.length} bundles ${LOADS} times each`);
  // Round by round and not bundle by bundle, so that a busy moment of the machine does not fall on one of them.
  const times = new Map<string, number[]>(found.map(({ entry }) => [entry, []]));
  const bare: number[] = [];
  for (let round = 0; round < LOADS; round++) {
    for (const bundle of found) times.get(bundle.entry)?.push(load(bundle));
    bare.push(processTime());
    progress(`round ${round + 1} of ${LOADS}`);
  }
  table(
    `Bundles (KB of 1024 bytes; load: median, fastest and slowest of ${LOADS} new processes)`,
    ['function', 'KB', 'at most', '', 'load ms', 'fastest', 'slowest'],
    found.map(({ entry, file }) => {
      const [kb, budget] = [statSync(file).size / 1_024, BUNDLE_BUDGETS_KB[entry.split('/')[0] ?? '']];
      const ms = times.get(entry) ?? [];
      return [
        entry,
        kb.toFixed(0),
        budget ?? '–',
        verdict(budget !== undefined && kb <= budget),
        ...[median(ms), Math.min(...ms), Math.max(...ms)].map((time) => time.toFixed(0)),
      ];
    }),
  );
  console.log(
    `A Node process that loads nothing took ${median(bare).toFixed(0)} ms in the same run (not in the table).\n`,
  );
}

/** Milliseconds to load the bundle in a new process. */
function load({ entry, file, environment }: Bundle): number {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(import.meta.dirname, 'load.cjs'), file], {
    encoding: 'utf8',
    env: {
      ...environment,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_LAMBDA_FUNCTION_NAME: entry,
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    },
  });
  if (status !== 0) throw new Error(`${entry} does not load:\n${stderr}`);
  return Number(stdout);
}

function processTime(): number {
  const started = performance.now();
  spawnSync(process.execPath, ['-e', '0']);
  return performance.now() - started;
}
