import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DispatchInput, dispatchSchema } from '../../lambdas/http/schemas/dispatch.ts';

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

/** As `dispatchOf`, for many payloads in one process. Throws with what the API would say about the first it refuses. */
export function dispatchesOf(converter: string, payloads: readonly unknown[]): DispatchInput[] {
  const script = join(import.meta.dirname, 'convert-many.mjs');
  const input = JSON.stringify(payloads);
  const { stdout, stderr } = spawnSync(process.execPath, [script, converter], { input, encoding: 'utf8' });
  if (stdout === '') throw new Error(stderr);
  return (JSON.parse(stdout) as string[]).map((printed, i) => {
    if (!printed.startsWith('{')) throw new Error(printed);
    const { success, data, error } = dispatchSchema.safeParse(JSON.parse(printed));
    if (!success) throw new Error(`${error.message} for ${JSON.stringify(payloads[i])}`);
    return data;
  });
}

// biome-ignore lint/suspicious/noExplicitAny: tests reach into foreign payloads and break them on purpose
type Json = any;

/** Copies of the payload, in each of which one field, however deep, is `value`; `keep` names fields that stay. */
export function withEachFieldAs(payload: Json, value: unknown, keep: readonly string[]): Json[] {
  if (typeof payload !== 'object' || payload === null) return [];
  return Object.keys(payload).flatMap((key) => {
    if (keep.includes(key)) return [];
    const put = (inner: unknown): Json => {
      const copy = structuredClone(payload);
      copy[key] = inner;
      return copy;
    };
    return [put(value), ...withEachFieldAs(payload[key], value, keep).map(put)];
  });
}

/** The payload with every text in it, however deep, changed. */
export function withEveryText(payload: Json, change: (text: string) => string, keep: readonly string[]): Json {
  if (typeof payload === 'string') return change(payload);
  if (typeof payload !== 'object' || payload === null) return payload;
  if (Array.isArray(payload)) return payload.map((one) => withEveryText(one, change, keep));
  return Object.fromEntries(
    Object.entries(payload).map(([key, value]) => [
      key,
      keep.includes(key) ? value : withEveryText(value, change, keep),
    ]),
  );
}
