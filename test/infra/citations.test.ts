import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const files = execFileSync('git', ['ls-files', '*.ts', '*.md', '*.yaml', '*.mjs', '*.cjs'], {
  cwd: root,
  encoding: 'utf8',
})
  .trim()
  .split('\n')
  .filter((file) => existsSync(join(root, file)) && file !== 'test/infra/citations.test.ts');
const texts = new Map(files.map((file) => [file, readFileSync(join(root, file), 'utf8')]));

/** As GitHub makes them of headings. */
const anchorsOf = (markdown: string): Set<string> =>
  new Set(
    [...markdown.replaceAll(/```[\s\S]*?```/g, '').matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );

const cited = (pattern: RegExp) =>
  [...texts].flatMap(([file, text]) => [...text.matchAll(pattern)].map((match) => [file, match] as const));

test('a citation of a document leads to a heading that exists', () => {
  const dangling = cited(/\b(docs\/[\w/-]+\.md)#([\w-]+)/g)
    .filter(([, [, path = '', anchor = '']]) => !anchorsOf(texts.get(path) ?? '').has(anchor))
    .map(([file, [whole]]) => `${file}: ${whole}`);
  expect(dangling).toEqual([]);
});

test('a link between documents leads to a file, and to a heading where it names one', () => {
  const dangling = cited(/\]\((?!https?:|#)([^)\s#]+)(?:#([\w-]+))?\)/g)
    .filter(([file]) => file.endsWith('.md'))
    .filter(([file, [, path = '', anchor]]) => {
      const target = normalize(join(dirname(file), path));
      if (!existsSync(join(root, target))) return true;
      return anchor !== undefined && !anchorsOf(texts.get(target) ?? '').has(anchor);
    })
    .map(([file, [whole]]) => `${file}: ${whole}`);
  expect(dangling).toEqual([]);
});

test('a decision that is cited by its number has a record', () => {
  const numbers = new Set(files.flatMap((file) => /^docs\/adr\/(\d{4})-/.exec(file)?.[1] ?? []));
  const unknown = cited(/\bADR (\d+)\b/g)
    .filter(([, [, number = '']]) => !numbers.has(number.padStart(4, '0')))
    .map(([file, [whole]]) => `${file}: ${whole}`);
  expect(unknown).toEqual([]);
});

/** Files that are named as an example of what somebody may write, or that only a run writes. */
const EXAMPLES = /(^|\/)(index|<[^>]+>|\*)/;

test('a file that a comment or a document names exists', () => {
  const everything = execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' }).trim().split('\n');
  const PATH =
    /(?<![\w./@-])((?:bench|bin|docs|examples|lambdas|lib|local|scripts|statemachines|test|core|use-cases|stores|providers|composition|http|runtime|api|delivery|receipts|replies|escalation|suppression|verification|alerts|events|upkeep|provider-health|authorizer)\/[\w./-]+\.(?:ts|mjs|cjs|md|yaml|json))(?![\w*{])/g;
  const comments = (file: string, text: string) =>
    file.endsWith('.md')
      ? text
      : [...text.matchAll(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm)].map(([all]) => all).join('\n');
  const exists = (path: string, file: string) =>
    everything.some((one) => one === path || one.endsWith(`/${path}`)) || existsSync(join(root, dirname(file), path));
  const missing = [...texts].flatMap(([file, text]) =>
    [...comments(file, text).matchAll(PATH)]
      .map(([, path = '']) => path)
      .filter((path) => !EXAMPLES.test(path) && !exists(path, file))
      .map((path) => `${file}: ${path}`),
  );
  expect([...new Set(missing)]).toEqual([]);
});

test('no comment cites a book that is not in this repository', () => {
  const foreign = cited(/\b(?:contract|design)\s+(?:\*\s+)?§\s?\d|\bstyle \d\b/gi).map(
    ([file, [whole]]) => `${file}: ${whole}`,
  );
  expect(foreign).toEqual([]);
});
