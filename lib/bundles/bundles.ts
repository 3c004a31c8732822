/** The bundle of each function: as it was kept, if all it is made of is as it was, and else built. */
import { createHash, hash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { version } from 'esbuild';
import { build, OPTIONS } from './build.ts';

/** Built together. More would share more and say less about how far they are; fewer cost a second each. */
const TOGETHER = 10;

/** What decides how imports resolve and is no input of a bundle. */
const RESOLUTION = ['package.json', 'package-lock.json', 'tsconfig.json'];

interface Kept {
  /** Of the options, and of what else is the same for all functions. */
  key: string;
  /** Hash by file, from the project's folder. */
  inputs: Record<string, string>;
  code: string;
}

export interface BundlesOptions {
  /** The project's folder. */
  root: string;
  /** Constants that are put into the bundles, as JSON. */
  define: Record<string, string>;
  /** Where bundles are kept between runs; concurrent runs may share it. */
  cache: string;
  /** Told after each step that took time: so many of all functions have their bundle. */
  progress(done: number, total: number): void;
}

/**
 * The code of every function, by entry (`api/accept`): of all files below `lambdas/` that end with `.lambda.ts`.
 * Throws esbuild's errors.
 */
export function createBundles({ root, define, cache, progress }: BundlesOptions): Map<string, string> {
  const startedAt = Date.now();
  const entries = entriesOf(root);
  const hashes = new Map<string, string>();
  const hashOf = (path: string): string => {
    const known = hashes.get(path) ?? hashOfFile(join(root, path));
    hashes.set(path, known);
    return known;
  };
  const key = keyOf(define, RESOLUTION.map(hashOf));
  const found = new Map<string, string>();
  for (const entry of entries) {
    const kept = read(fileOf(cache, entry));
    if (kept?.key === key && Object.entries(kept.inputs).every(([path, value]) => hashOf(path) === value))
      found.set(entry, kept.code);
  }
  const stale = entries.filter((entry) => !found.has(entry));
  for (let at = 0; at < stale.length; at += TOGETHER) {
    if (at === 0) progress(found.size, entries.length);
    for (const [entry, { code, inputs }] of build(root, stale.slice(at, at + TOGETHER), define)) {
      found.set(entry, code);
      if (inputs.some((path) => changedSince(startedAt, join(root, path)))) continue;
      keep(fileOf(cache, entry), { key, inputs: Object.fromEntries(inputs.map((path) => [path, hashOf(path)])), code });
    }
    progress(found.size, entries.length);
  }
  return found;
}

const entriesOf = (root: string): string[] =>
  readdirSync(join(root, 'lambdas'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.lambda.ts'))
    .map((file) => file.replaceAll('\\', '/').replace(/\.lambda\.ts$/, ''))
    .sort();

const keyOf = (define: Record<string, string>, resolution: string[]): string =>
  createHash('sha256')
    .update(JSON.stringify([version, OPTIONS, define, resolution]))
    .digest('hex');

/** A file that is gone has a hash of its own, which no kept bundle was made with. */
function hashOfFile(path: string): string {
  try {
    return hash('sha256', readFileSync(path));
  } catch {
    return 'none';
  }
}

/** esbuild may then have read other text than was hashed. The time of change, unlike that of modification, is not set by hand. */
function changedSince(time: number, path: string): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  return !stat || stat.ctimeMs >= time;
}

const fileOf = (cache: string, entry: string): string => join(cache, `${entry}.json`);

/** Undefined where there is none, or none that can be read: then it is built. */
function read(file: string): Kept | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Moved to its place whole, so that nobody reads half of one. */
function keep(file: string, kept: Kept): void {
  mkdirSync(dirname(file), { recursive: true });
  const next = `${file}.${process.pid}`;
  writeFileSync(next, JSON.stringify(kept));
  renameSync(next, file);
}
