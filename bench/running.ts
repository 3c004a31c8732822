/** The real stack for a benchmark: in a folder of its own, on a free port, and gone when the benchmark is. */
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CHANNELS } from '../lambdas/core/page/page.ts';
import { ensureAssembly } from '../local/cloud/assembly.ts';
import { freePort, type Stack, startStack } from '../test/e2e/stack.ts';
import { during } from './print.ts';

export const ROOT = join(import.meta.dirname, '..');

/** What workers know of a circuit or a pin is at most two seconds old. */
const KNOWN_EVERYWHERE_MS = 2_200;

let dir: string | undefined;
const running = new Set<Stack>();
process.on('exit', () => {
  for (const stack of running) stack.process.kill('SIGKILL');
  if (dir) rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(130));

/** One folder for the whole run. */
export function tempDir(): string {
  dir ??= mkdtempSync(join(tmpdir(), 'lifeline-bench-'));
  return dir;
}

/** The folder of the synthesized templates and bundles, made once a run; a stack started later finds it there. */
export async function assembly(): Promise<string> {
  const folder = join(tempDir(), 'assembly');
  await during(
    'bundling every function',
    ensureAssembly({ root: ROOT, app: 'bin/app.ts', dir: folder, context: { channels: CHANNELS.join() } }),
  );
  return folder;
}

/** Starts the stack, lets `work` use it, and stops it whatever happens. */
export async function withStack(
  args: string[],
  work: (stack: Stack) => Promise<void>,
  env: Record<string, string> = {},
): Promise<void> {
  // Not `--fresh`, which drops the bundles as well.
  for (const name of readdirSync(tempDir()).filter((one) => one !== 'assembly'))
    rmSync(join(tempDir(), name), { recursive: true, force: true, maxRetries: 5 });
  await assembly();
  const starting = startStack(tempDir(), await freePort(), args, env);
  const stack = await during(`starting the stack ${args.join(' ')}`, starting);
  running.add(stack);
  try {
    await work(stack);
  } finally {
    stack.process.kill('SIGTERM');
    await Promise.race([stack.exited, once(stack.process, 'exit'), sleep(6_000)]);
    stack.process.kill('SIGKILL');
    running.delete(stack);
  }
}

/** Pins a provider; 'auto' takes the pin off. */
export async function pin({ call }: Stack, provider: string, mode: string): Promise<void> {
  const { status } = await call('PUT', `/providers/${provider}/sms/pin`, { body: { mode, reason: 'bench' } });
  if (status !== 200) throw new Error(`pinning ${provider} ${mode} answers ${status}`);
}

/** Closed circuits for these providers, known to every worker: a pin taken off starts anew. */
export async function closeCircuits(stack: Stack, providers = ['twilio', 'sns']): Promise<void> {
  for (const provider of providers) {
    await pin(stack, provider, 'closed');
    await pin(stack, provider, 'auto');
  }
  await sleep(KNOWN_EVERYWHERE_MS);
}
