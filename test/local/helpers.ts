/** What the tests of the local run share: temporary folders, free ports, bundles written by hand, a run as a process. */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import type { FunctionSpec } from '../../local/cloud/lambda/spec.ts';
import { inherited } from '../support/inherited.ts';

/** A folder that goes when the test does. */
export function tempDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'lifeline-local-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 }));
  return dir;
}

/** A port nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Waits until `probe` answers something other than undefined or false. */
export async function until<T>(what: string, probe: () => T | Promise<T>, withinMs = 60_000): Promise<NonNullable<T>> {
  for (const end = Date.now() + withinMs; Date.now() < end; await sleep(20)) {
    const answer = await probe();
    if (answer) return answer;
  }
  throw new Error(`waited ${withinMs} ms in vain: ${what}`);
}

/** A function whose bundle is this CommonJS source. */
export function bundle(source: string, over: Partial<FunctionSpec> = {}): FunctionSpec {
  const assetDir = join(tempDir(), 'asset');
  mkdirSync(assetDir);
  writeFileSync(join(assetDir, 'index.js'), source);
  return {
    name: 'fn',
    arn: 'arn:aws:lambda:us-east-1:000000000000:function:fn',
    assetDir,
    handler: 'index.handler',
    timeoutMs: 2000,
    memoryMb: 128,
    environment: { COLOUR: 'green' },
    context: { functionName: 'fn' },
    reserved: undefined,
    mayLoop: false,
    ...over,
  };
}

/** A log that can be read back. */
export function memoryLog() {
  const stream = new PassThrough();
  let text = '';
  stream.on('data', (chunk) => {
    text += chunk;
  });
  return { stream, text: () => text };
}

export interface Run {
  process: ChildProcess;
  pid: number;
  base: string;
  output(): string;
  /** Resolves to the exit status, or the signal that ended it. */
  exited: Promise<number | string>;
  token(name: string): string;
}

/** Starts the fixture app as `npm start` starts the real one; it is killed with the test at the latest, or by `atEnd`. */
export function startRun(
  dataDir: string,
  port: number,
  args: string[] = [],
  env: Record<string, string> = {},
  atEnd: (kill: () => void) => void = onTestFinished,
): Run {
  const main = join(import.meta.dirname, '../fixtures/local-app/main.ts');
  const child = spawn(process.execPath, [main, ...args], {
    env: { ...inherited(), LOCAL_DIR: dataDir, PORT: String(port), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      output += chunk;
    });
  atEnd(() => void child.kill('SIGKILL'));
  return {
    process: child,
    pid: child.pid as number,
    base: `http://127.0.0.1:${port}`,
    output: () => output,
    exited: new Promise((resolve) => child.on('close', (code, signal) => resolve(code ?? signal ?? ''))),
    token: (name) => JSON.parse(readFileSync(join(dataDir, 'credentials.json'), 'utf8')).tokens[name],
  };
}

/** Waits for the ready block; fails with the run's output when it ends before that. */
export async function ready(run: Run): Promise<Run> {
  await until(
    'the run is ready',
    () => {
      if (run.process.exitCode !== null) throw new Error(`the run ended:\n${run.output()}`);
      return run.output().includes('is ready after');
    },
    300_000,
  );
  return run;
}

/** Every process that descends from `pid`, by the system's own list. */
export function descendants(pid: number): number[] {
  const rows = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((row) => row.trim().split(/\s+/).map(Number));
  const children = rows.filter(([, parent]) => parent === pid).map(([child]) => child as number);
  return children.flatMap((child) => [child, ...descendants(child)]);
}

/** Whether the process runs. A dead one that nobody has collected yet does not. */
export function isAlive(pid: number): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
  return stdout.trim() !== '' && !stdout.startsWith('Z');
}
