import { expect, test } from 'vitest';
import { simulate } from './simulate.ts';

/** Plain runs are short; those with holds, shared messages and opt-outs have twice as many pages. */
const PLAIN_RUNS = 40;
const RUNS = 12;

async function clean(runs: number, plain: boolean): Promise<void> {
  let texts = 0;
  for (let seed = 1; seed <= runs; seed++) {
    const outcome = await simulate(seed, { plain, carriers: !plain });
    expect(outcome.violations, `npm run chaos -- --runs 1 --seed ${seed}${plain ? ' --plain' : ''}`).toEqual([]);
    texts += outcome.texts;
  }
  // The runs do something: otherwise nothing would be proven.
  expect(texts).toBeGreaterThan(runs);
}

test(`${PLAIN_RUNS} seeded runs of bad luck break no invariant`, () => clean(PLAIN_RUNS, true));

test(`${RUNS} seeded runs of bad luck with holds, bundles and opt-outs break no invariant`, () => clean(RUNS, false));

test('a seed replays exactly', async () => {
  for (const seed of [3, 77, 1_234]) {
    expect(await simulate(seed, { plain: true })).toEqual(await simulate(seed, { plain: true }));
  }
  expect(await simulate(5)).toEqual(await simulate(5));
});

test.each([
  [52, 'the end of a first call freed the line of a second one'],
  [500_712, 'a look at a circuit that failed was remembered as a closed one'],
  [504_033, 'the same, of a provider that is tried first'],
  [501_886, 'a first call that was taken freed the line of the one that had followed it'],
  [904_783, 'both texts of a worker that was lost came back, and the first was left as SENT'],
  [913_717, 'the same, in another order'],
  [2_000_307, 'the first came back after the row had come to rest on it'],
])('seed %i breaks no invariant any more: %s', async (seed) => {
  expect((await simulate(seed, { plain: true })).violations).toEqual([]);
});

test.each([
  [8, 'pages that had carried each other told each other of a failed call without end'],
  [200_175, 'a text that had waited in its lane was sent after STOP, since its plan had looked at the opt-outs'],
])('seed %i with holds, bundles and opt-outs breaks no invariant any more: %s', async (seed) => {
  expect((await simulate(seed)).violations).toEqual([]);
});
