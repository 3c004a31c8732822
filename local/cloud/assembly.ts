/** Synthesizes the CDK app, unless nothing it is made of has changed since the last time. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

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
  /** Stops the synthesis, which leaves no process behind. */
  signal?: AbortSignal;
  /** Files and folders the app is made of, relative to `root`. */
  sources?: string[];
}

/** Brings the assembly in `dir` up to date. Answers whether it had to synthesize. Throws with the app's own output. */
export async function ensureAssembly(options: SynthOptions): Promise<'unchanged' | 'synthesized'> {
  const stamp = join(options.dir, '.sources');
  const hash = hashOf(options.root, [...(options.sources ?? SOURCES), options.app]);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return 'unchanged';
  // Beside its place and moved there whole: an interrupted synthesis must not pass for an assembly.
  const next = `${options.dir}.next`;
  rmSync(next, { recursive: true, force: true });
  await synthesize(options, next);
  // Bundles are CommonJS in AWS, where no package.json says otherwise; here the project's would.
  writeFileSync(join(next, 'package.json'), '{"type":"commonjs"}');
  writeFileSync(join(next, '.sources'), hash);
  rmSync(options.dir, { recursive: true, force: true });
  renameSync(next, options.dir);
  return 'synthesized';
}

async function synthesize({ root, app, signal }: SynthOptions, outdir: string): Promise<void> {
  const cdkJson = join(root, 'cdk.json');
  const context = existsSync(cdkJson) ? (JSON.parse(readFileSync(cdkJson, 'utf8')).context ?? {}) : {};
  const child = spawn(process.execPath, [app], {
    cwd: root,
    env: {
      ...process.env,
      CDK_OUTDIR: outdir,
      // What the CDK CLI passes: the project's flags, and the metadata that says where bundles are.
      CDK_CONTEXT_JSON: JSON.stringify({ ...context, 'aws:cdk:enable-asset-metadata': true }),
    },
    // A group of its own, so that it can be stopped together with the bundler it starts.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const kill = () => {
    try {
      if (child.pid) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  };
  signal?.addEventListener('abort', kill);
  const status = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  signal?.removeEventListener('abort', kill);
  signal?.throwIfAborted();
  if (status !== 0) throw new Error(`${app} could not be synthesized:\n${output.trimEnd()}`);
}

function hashOf(root: string, sources: string[]): string {
  const hash = createHash('sha256');
  const add = (path: string) => {
    const full = join(root, path);
    if (!existsSync(full)) return;
    if (statSync(full).isDirectory()) for (const name of readdirSync(full).sort()) add(join(path, name));
    else hash.update(`${path}\0`).update(readFileSync(full)).update('\0');
  };
  for (const source of sources) add(source);
  return hash.digest('hex');
}
