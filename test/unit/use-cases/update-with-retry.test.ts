import { expect, test } from 'vitest';
import { updateWithRetry } from '../../../lambdas/use-cases/update-with-retry.ts';

/** A counter that others raise in between as often as `conflicts` says. */
function counter(conflicts: number) {
  const counted = { value: 0, loads: 0, writes: 0 };
  const run = (maxAttempts: number) =>
    updateWithRetry({
      load: async () => {
        counted.loads += 1;
        return counted.value;
      },
      decide: (before) => before + 10,
      save: async (before, after) => {
        counted.writes += 1;
        if (counted.writes <= conflicts) counted.value += 1;
        if (counted.value !== before) return 'conflict';
        counted.value = after;
        return 'saved';
      },
      maxAttempts,
    });
  return { counted, run };
}

test('an update that nobody gets in the way of is loaded once and written once', async () => {
  const { counted, run } = counter(0);
  expect(await run(3)).toEqual({ before: 0, decision: 10 });
  expect(counted).toEqual({ value: 10, loads: 1, writes: 1 });
});

test('an update that others were faster than is decided anew on what they wrote', async () => {
  const { counted, run } = counter(2);
  expect(await run(3)).toEqual({ before: 2, decision: 12 });
  expect(counted).toEqual({ value: 12, loads: 3, writes: 3 });
});

test('an update that others are faster than each time is given up after its attempts, with nothing of it written', async () => {
  const { counted, run } = counter(3);
  expect(await run(3)).toBeUndefined();
  expect(counted).toEqual({ value: 3, loads: 3, writes: 3 });
});
