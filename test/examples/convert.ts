import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DispatchInput, dispatchSchema } from '../../lambdas/runtime/schemas/dispatch.ts';

const examples = join(import.meta.dirname, '../../examples');

/** A payload as it lies in `examples/`, to be changed by a test. */
// biome-ignore lint/suspicious/noExplicitAny: tests reach into foreign payloads and break them on purpose
export const example = (path: string): any => JSON.parse(readFileSync(join(examples, path), 'utf8'));

/** Runs a converter as a person does: payload in by stdin, dispatch out. */
export function run(converter: string, input: string, ...args: string[]) {
  const script = join(examples, converter, 'to-dispatch.mjs');
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], { input, encoding: 'utf8' });
  return { status, stdout, stderr };
}

/** The dispatch a converter makes, after the API has accepted it. Throws with what the API would say. */
export function dispatchOf(converter: string, payload: unknown, ...args: string[]): DispatchInput {
  const { status, stdout, stderr } = run(converter, JSON.stringify(payload), ...args);
  if (status !== 0) throw new Error(stderr);
  return dispatchSchema.parse(JSON.parse(stdout));
}
