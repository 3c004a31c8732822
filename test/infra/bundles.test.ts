import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BUNDLE_BUDGETS_KB } from '../../bench/bundle-budgets.ts';
import { build } from '../../lib/bundles/build.ts';
import { constantsOf } from '../../lib/wording.ts';
import { emptyApp, flags, ROOT, synth } from './synth.ts';

const KB = 1_024;

const outdir = mkdtempSync(join(tmpdir(), 'lifeline-bundles-'));
afterAll(() => rmSync(outdir, { recursive: true, force: true }));

const { functions, resourceOf } = synth();
/** Entry → the folder that is zipped and uploaded. */
const folders = new Map<string, string>();

// Bundling all functions takes some 8 s of a processor, unless they are as they were.
beforeAll(() => {
  const { status, stderr } = spawnSync(process.execPath, ['bin/app.ts'], {
    cwd: ROOT,
    encoding: 'utf8',
    // No AWS variable, no home with a profile in it, and a proxy that nobody is behind.
    env: {
      PATH: process.env.PATH,
      HOME: outdir,
      HTTP_PROXY: 'http://127.0.0.1:9',
      HTTPS_PROXY: 'http://127.0.0.1:9',
      CDK_OUTDIR: outdir,
      CDK_CONTEXT_JSON: JSON.stringify({ ...flags(), 'aws:cdk:enable-asset-metadata': true }),
    },
  });
  if (status !== 0) throw new Error(stderr);
  for (const fn of functions) {
    const { stack, id } = resourceOf(fn);
    const { Metadata } = JSON.parse(readFileSync(join(outdir, `${stack}.template.json`), 'utf8')).Resources[id];
    folders.set(fn.entry, join(outdir, Metadata['aws:asset:path']));
  }
});

const code = (entry: string) => readFileSync(join(folders.get(entry) ?? '', 'index.js'), 'utf8');

describe('bundles, synthesized offline and without credentials', () => {
  const each = it.each(functions.map(({ entry }) => [entry, entry] as const));

  it('are different ones: no function has got the code of another', () => {
    expect(new Set(folders.values()).size).toBe(functions.length);
  });

  each('%s is one file, without a source map', (_name, entry) => {
    expect(readdirSync(folders.get(entry) ?? '')).toEqual(['index.js']);
    expect(code(entry)).not.toContain('sourceMappingURL');
  });

  each('%s keeps to its budget', (_name, entry) => {
    const budget = BUNDLE_BUDGETS_KB[entry.split('/')[0] ?? ''];
    expect(budget).toBeDefined();
    expect(Buffer.byteLength(code(entry))).toBeLessThanOrEqual((budget ?? 0) * KB);
  });

  each('%s is minified', (_name, entry) => {
    const text = code(entry);
    // Indented code is a third blanks, minified code about one in forty.
    expect((text.match(/\s/g)?.length ?? 0) / text.length).toBeLessThan(0.08);
  });

  each('%s says nothing of the machine it was made on', (_name, entry) => {
    expect(code(entry)).not.toContain(ROOT);
  });

  each('%s needs nothing that Lambda does not have', (_name, entry) => {
    // In brackets it is a text: the advice in an error of the SDK's about a signature that nothing here uses.
    const required = [...code(entry).matchAll(/(?<!\[)\brequire\("([^"]+)"\)/g)].map(([, name]) => name as string);
    const foreign = required.filter((name) => !isBuiltin(name));
    // Credential sources that are looked for only where there is no Lambda (lib/bundles/build.ts).
    expect(foreign.filter((name) => !/^@(aws-sdk|smithy)\/credential-provider-/.test(name))).toEqual([]);
  });
});

describe("a deployment's own words", () => {
  const bundled = (context: Record<string, unknown>) =>
    build(ROOT, ['replies/propagate-answer'], constantsOf(emptyApp(context))).get('replies/propagate-answer')?.code;

  it('are in the bundles, and nowhere without the setting', () => {
    const wording = join(outdir, 'words.json');
    writeFileSync(wording, JSON.stringify({ en: { acknowledge: 'Yes, it is mine' } }));
    expect(bundled({ wording })).toContain('Yes, it is mine');
    expect(bundled({})).not.toContain('Yes, it is mine');
  });
});
