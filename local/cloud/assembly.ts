/** Synthesizes the CDK app, unless nothing it is made of has changed since the last time. */
import { spawn } from 'node:child_process';
import { createHash, type Hash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { telling } from './progress.ts';

/** What the templates and bundles are made of, apart from the dependencies, which the lock file stands for. */
const SOURCES = [
  'bin',
  'lib',
  'lambdas',
  'statemachines',
  'docs/openapi.yaml',
  'package-lock.json',
  'cdk.json',
  'tsconfig.json',
];

export interface SynthOptions {
  /** The project's folder. */
  root: string;
  /** The CDK app, relative to `root`. */
  app: string;
  /** Where the assembly is kept. */
  dir: string;
  /** The app's context beside that of its cdk.json. Files that it names are sources as well. */
  context?: Record<string, string>;
  /** Told, from two seconds on and every two seconds, how far a synthesis is. */
  progress?: (line: string) => void;
  /** Stops the synthesis, which leaves no process behind. */
  signal?: AbortSignal;
  /** Files and folders the app is made of, relative to `root`. */
  sources?: string[];
}

/** Brings the assembly in `dir` up to date. Answers whether it had to synthesize. Throws with the app's own output. */
export async function ensureAssembly(options: SynthOptions): Promise<'unchanged' | 'synthesized'> {
  const stamp = join(options.dir, '.sources');
  const context = contextOf(options);
  const strings = Object.values(context).filter((value) => typeof value === 'string');
  const named = strings.filter((value) => isFile(options.root, value));
  const hash = hashOf(options.root, [...(options.sources ?? SOURCES), options.app, ...named]);
  const made = hash.update(JSON.stringify(options.context ?? {})).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === made) return 'unchanged';
  // Beside its place and moved there whole: an interrupted synthesis must not pass for an assembly.
  const next = `${options.dir}.next`;
  rmSync(next, { recursive: true, force: true });
  await synthesize(options, context, next);
  // Bundles are CommonJS in AWS, where no package.json says otherwise; here the project's would.
  writeFileSync(join(next, 'package.json'), '{"type":"commonjs"}');
  writeFileSync(join(next, '.sources'), made);
  rmSync(options.dir, { recursive: true, force: true });
  renameSync(next, options.dir);
  return 'synthesized';
}

/** What the CDK CLI passes: the project's flags and settings, and the metadata that says where bundles are. */
function contextOf({ root, context: given }: SynthOptions): Record<string, unknown> {
  const cdkJson = join(root, 'cdk.json');
  const context = existsSync(cdkJson) ? JSON.parse(readFileSync(cdkJson, 'utf8')).context : {};
  return Object.assign(context, given, { 'aws:cdk:enable-asset-metadata': true });
}

async function synthesize(
  { root, app, progress = () => {}, signal }: SynthOptions,
  context: Record<string, unknown>,
  outdir: string,
): Promise<void> {
  const child = spawn(process.execPath, [app], {
    cwd: root,
    env: {
      ...process.env,
      CDK_OUTDIR: outdir,
      // Half of the time; CloudFormation's rules are for what is deployed, and the tests and `cdk synth` apply them.
      CDK_VALIDATION: 'false',
      CDK_CONTEXT_JSON: JSON.stringify(context),
    },
    // A group of its own, so that it can be stopped together with the bundler it starts.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  // As lib/constructs/fn.ts says it.
  const how = () => output.match(/^\d+ of \d+ functions are bundled$/gm)?.at(-1) ?? 'synthesizing';
  const kill = () => {
    try {
      if (child.pid) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  };
  signal?.addEventListener('abort', kill);
  const closed = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  const status = await telling(progress, how, closed);
  signal?.removeEventListener('abort', kill);
  signal?.throwIfAborted();
  if (status !== 0) throw new Error(`${app} could not be synthesized:\n${output.trimEnd()}`);
}

const isFile = (root: string, path: string): boolean =>
  statSync(resolve(root, path), { throwIfNoEntry: false })?.isFile() ?? false;

function hashOf(root: string, sources: string[]): Hash {
  const hash = createHash('sha256');
  const add = (path: string) => {
    const full = resolve(root, path);
    if (!existsSync(full)) return;
    if (statSync(full).isDirectory()) for (const name of readdirSync(full).sort()) add(join(path, name));
    else hash.update(`${path}\0`).update(readFileSync(full)).update('\0');
  };
  for (const source of sources) add(source);
  return hash;
}
