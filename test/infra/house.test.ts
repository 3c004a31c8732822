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

test('a test title is a sentence with a subject of its own, since it is all that a log of CI shows', () => {
  const TITLE = /^\s*(?:\)\(|(?:test|it)(?:\.\w+)*(?:<[^(]*>)?\()\s*(['"`])((?:and|but|of|is|to|by)\b.*?)\1,/gim;
  const headless = files
    .filter((file) => file.startsWith('test/'))
    .flatMap((file) => [...readFileSync(`${root}${file}`, 'utf8').matchAll(TITLE)].map(([, , title]) => [file, title]));
  expect(headless).toEqual([]);
});

/** They meant something in this house once: docs/glossary.md, "Retired words", says what is said instead. */
const RETIRED = /^(watch|letter|rider|ride|board|boarding|tend|walk|hop|restraint|aftermath|overtaken)s?$/i;

test('no name is made of a word that docs/glossary.md has retired', () => {
  const NAME =
    /\b(?:const|let|function|interface|type|class|readonly)\s+([A-Za-z_]\w*)|^\s+(?:async )?([a-z]\w*)\??:/gm;
  const ours = files.filter((file) => /^(lambdas|lib|bin)\//.test(file));
  const words = (name: string) =>
    name
      .replaceAll(/dead[-_]?letters?|cloud[-_]?watch/gi, '')
      .split(/(?=[A-Z][a-z])|_|-/)
      .map((word) => word.toLowerCase());
  const found = ours.flatMap((file) => {
    const path = file.replace(/\.ts$/, '').split('/').flatMap(words);
    const names = [...readFileSync(`${root}${file}`, 'utf8').matchAll(NAME)].flatMap(([, a, b]) => words(a ?? b ?? ''));
    return [...path, ...names].filter((word) => RETIRED.test(word)).map((word) => `${file}: ${word}`);
  });
  expect([...new Set(found)]).toEqual([]);
});

test('the state of a delivery is made in transitions.ts, and read from rows in delivery-item.ts, and nowhere else', () => {
  const makes =
    /\bstate: \{ (?!status \})|\bstatus: '(QUEUED|SENDING|SENT|DELIVERED|FAILED|SKIPPED)'|\.\.\.\w+(\.\w+)*\.state\b/;
  const code = (file: string) => readFileSync(`${root}${file}`, 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');
  const makers = files.filter((file) => file.startsWith('lambdas/') && makes.test(code(file)));
  // Types only: the union itself.
  expect(makers.filter((file) => file !== 'lambdas/core/page/page.ts')).toEqual(['lambdas/core/page/transitions.ts']);
});
