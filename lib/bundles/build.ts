/** Bundles of functions, made by esbuild many at a time: what they share, the AWS clients above all, is parsed once. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BuildOptions, buildSync, type Metafile } from 'esbuild';

/**
 * Lambda hands credentials over in the environment, where the SDK looks first; the other sources are loaded on demand
 * and never asked for. Left out, a bundle is 130 KB smaller.
 */
const OTHER_CREDENTIALS = [
  '@aws-sdk/credential-provider-http',
  '@aws-sdk/credential-provider-ini',
  '@aws-sdk/credential-provider-process',
  '@aws-sdk/credential-provider-sso',
  '@aws-sdk/credential-provider-web-identity',
  '@smithy/credential-provider-imds',
];

/** How every function is bundled. */
export const OPTIONS: BuildOptions = {
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node24',
  minify: true,
  // ES modules first: 454 KB instead of 603 for the AWS clients.
  mainFields: ['module', 'main'],
  external: OTHER_CREDENTIALS,
};

export interface Built {
  code: string;
  /** Every file that was read for it, from `root`. */
  inputs: string[];
}

/**
 * Bundles the entries (`api/read` for lambdas/api/read.lambda.ts, from `root`).
 * Throws esbuild's errors, each with file and line.
 */
export function build(root: string, entries: string[], define: Record<string, string>): Map<string, Built> {
  // To files and not to memory: esbuild answers through a pipe that takes 16 MB, which 40 bundles would fill.
  const outdir = mkdtempSync(join(tmpdir(), 'lifeline-bundles-'));
  try {
    const { metafile } = buildSync({
      ...OPTIONS,
      define,
      absWorkingDir: root,
      entryPoints: Object.fromEntries(entries.map((entry) => [entry, sourceOf(entry)])),
      outdir,
      metafile: true,
      logLevel: 'warning',
    });
    return new Map(
      entries.map((entry) => [
        entry,
        { code: readFileSync(join(outdir, `${entry}.js`), 'utf8'), inputs: readFor(sourceOf(entry), metafile) },
      ]),
    );
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

const sourceOf = (entry: string): string => `lambdas/${entry}.lambda.ts`;

/** What esbuild lists per output leaves out files of which nothing remained; a change of theirs may bring it back. */
function readFor(source: string, { inputs }: Metafile): string[] {
  const read = new Set([source]);
  for (const path of read)
    for (const imported of inputs[path]?.imports ?? []) if (!imported.external) read.add(imported.path);
  return [...read].sort();
}
