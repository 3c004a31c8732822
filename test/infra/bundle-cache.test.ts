import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createBundles } from '../../lib/bundles/bundles.ts';

let root: string;
const cacheOf = () => join(root, 'cache');

/** A file that changed in the millisecond in which a run begins is not trusted, so a run begins later. */
const write = async (files: Record<string, string>) => {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  await sleep(20);
};

/** The bundles, and how many had to be built. */
const run = (define: Record<string, string> = {}) => {
  let kept: number | undefined;
  const progress = (done: number) => {
    kept ??= done;
  };
  const bundles = createBundles({ root, define, cache: cacheOf(), progress });
  return { bundles, built: bundles.size - (kept ?? bundles.size) };
};

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'lifeline-cache-'));
  await write({
    'package.json': '{"type":"module"}',
    'lambdas/a/one.lambda.ts': "import { said } from '../words/index.ts'; export const handler = () => said;",
    'lambdas/b/two.lambda.ts': 'export const handler = () => typeof WORDS === "undefined" ? "none" : WORDS.two;',
    'lambdas/words/index.ts': "export * from './said.ts'; export * from './unused.ts';",
    'lambdas/words/said.ts': "export const said = 'before';",
    'lambdas/words/unused.ts': "export const other = 'x';",
  });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe('bundles that are kept', () => {
  it('are taken again, to the byte, while nothing has changed', () => {
    const first = run();
    expect(first.built).toBe(2);
    expect([...first.bundles.keys()].sort()).toEqual(['a/one', 'b/two']);
    const again = run();
    expect(again.built).toBe(0);
    expect(again.bundles).toEqual(first.bundles);
  });

  it('are built again when a file far below changes, and only they', async () => {
    run();
    await write({ 'lambdas/words/said.ts': "export const said = 'after';" });
    const { bundles, built } = run();
    expect(built).toBe(1);
    expect(bundles.get('a/one')).toContain('after');
    expect(bundles.get('a/one')).not.toContain('before');
  });

  it('are built again when a file changes of which the bundle had nothing', async () => {
    run();
    await write({ 'lambdas/words/unused.ts': "console.log('loaded'); export const other = 'x';" });
    expect(run().bundles.get('a/one')).toContain('loaded');
  });

  it('are built again when a file is gone, which is an error', () => {
    run();
    rmSync(join(root, 'lambdas/words/said.ts'));
    expect(() => run()).toThrow('said.ts');
  });

  it('are built again for other constants, or when what is installed may be another', async () => {
    expect(run().bundles.get('b/two')).toContain('none');
    const own = run({ WORDS: '{"two":"zwei"}' });
    expect(own.built).toBe(2);
    expect(own.bundles.get('b/two')).toContain('zwei');
    await write({ 'package-lock.json': '{}' });
    expect(run({ WORDS: '{"two":"zwei"}' }).built).toBe(2);
  });

  it('are not trusted when they cannot be read', () => {
    const { bundles } = run();
    writeFileSync(join(cacheOf(), 'a/one.json'), '{"key":');
    const again = run();
    expect(again.built).toBe(1);
    expect(again.bundles).toEqual(bundles);
  });

  it('are not kept when a source changed after the run began: what was read and what was hashed may differ', () => {
    const clock = vi.spyOn(Date, 'now').mockReturnValue(Date.now() - 60_000);
    run();
    clock.mockRestore();
    expect(run().built).toBe(2);
  });

  it('are each in one file, and nothing else is left there', () => {
    run();
    run({ WORDS: '{"two":"zwei"}' });
    expect(readdirSync(cacheOf(), { recursive: true }).sort()).toEqual(['a', 'a/one.json', 'b', 'b/two.json']);
  });
});
