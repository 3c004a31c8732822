import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const LIMIT = 250;
const root = new URL('../../', import.meta.url).pathname;
const files = execFileSync('git', ['ls-files', '*.ts'], { cwd: root, encoding: 'utf8' })
  .trim()
  .split('\n')
  .filter((file) => !file.endsWith('.gen.ts'));

test(`a file over ${LIMIT} lines says in its first lines why it is one file`, () => {
  const lines = (file: string) => readFileSync(`${root}${file}`, 'utf8').split('\n');
  const silent = files.filter(
    (file) => lines(file).length > LIMIT + 1 && !/one file because/i.test(lines(file).slice(0, 9).join(' ')),
  );
  expect(silent).toEqual([]);
});

test('an entry composes and decides nothing: no branch, loop, function body or regular expression is in it', () => {
  const DECIDES = /\b(if|for|while|switch|function)\b\s*[({]?|=>\s*\{|\/[^/*\s][^/\n]*\/[a-z]*\.(test|exec)\b/;
  const entries = files.filter((file) => file.startsWith('lambdas/') && file.endsWith('.lambda.ts'));
  expect(entries.length).toBeGreaterThan(30);
  const code = (file: string) =>
    readFileSync(`${root}${file}`, 'utf8')
      .replace(/\/\*[\s\S]*?\*\//g, '')
      .replace(/\/\/.*/g, '')
      .replace(/'[^'\n]*'/g, "''");
  expect(entries.filter((file) => DECIDES.test(code(file)))).toEqual([]);
});

test('no object literal is spread into another one, so that excess properties are checked', () => {
  const spread = files.filter(
    (file) => file !== 'test/infra/house.test.ts' && /\.\.\.\{/.test(readFileSync(`${root}${file}`, 'utf8')),
  );
  expect(spread).toEqual([]);
});
