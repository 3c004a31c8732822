/**
 * `npm run chaos -- --runs N [--seed S] [--plain]`: seeds S, S+1, … and what they broke; `--plain` without holds, shared
 * messages, opt-outs, and what carriers and phones do besides. Exit status 1 if anything broke.
 */
import { parseArgs } from 'node:util';
import { simulate } from './simulate.ts';

const { values } = parseArgs({
  options: { runs: { type: 'string' }, seed: { type: 'string' }, plain: { type: 'boolean', default: false } },
});
const runs = whole('runs', values.runs ?? '1000');
const first = whole('seed', values.seed ?? '1');

const total = { pages: 0, texts: 0, duplicates: 0, steps: 0, broken: 0 };
const started = Date.now();
let said = started;
for (let seed = first; seed < first + runs; seed++) {
  const outcome = await simulate(seed, { plain: values.plain, carriers: !values.plain });
  total.pages += outcome.pages;
  total.texts += outcome.texts;
  total.duplicates += outcome.duplicates;
  total.steps += outcome.steps;
  if (outcome.violations.length > 0) {
    total.broken++;
    for (const { invariant, what } of outcome.violations.slice(0, 5))
      console.log(`seed ${seed}: ${invariant}: ${what}`);
  }
  if (Date.now() - said > 2_000) {
    said = Date.now();
    console.log(`${seed - first + 1} of ${runs} runs, ${total.broken} broken`);
  }
}
const seconds = ((Date.now() - started) / 1_000).toFixed(1);
const perThousand = ((1_000 * total.duplicates) / Math.max(1, total.pages)).toFixed(1);
console.log(
  `${runs} runs in ${seconds} s: ${total.pages} pages, ${total.texts} texts, ${total.duplicates} of them possible ` +
    `duplicates (${perThousand} for a thousand pages), ${total.steps} steps; ${total.broken} runs broke an invariant`,
);
process.exit(total.broken > 0 ? 1 : 0);

function whole(name: string, given: string): number {
  if (/^\d{1,9}$/.test(given)) return Number(given);
  console.error(`--${name} takes a whole number, not "${given}"`);
  process.exit(2);
}
