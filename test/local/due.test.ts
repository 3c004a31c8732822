import { expect, onTestFinished, test } from 'vitest';
import { LOOK_AT, startDue } from '../../local/simulators/due.ts';
import { until } from './helpers.ts';

/** A store in memory, whose things are due at once; `take` is what becomes of each. */
function taking(count: number, take: (key: number) => Promise<void>) {
  const waiting = new Set(Array.from({ length: count }, (_, key) => key));
  const due = startDue<number>({
    jobs: (isBusy) =>
      [...waiting]
        .slice(0, LOOK_AT)
        .filter((key) => !isBusy(key))
        .map((key) => ({ keys: [key], take: () => take(key).then(() => void waiting.delete(key)) })),
    next: () => (waiting.size > 0 ? Date.now() : undefined),
    leastMs: 5,
  });
  onTestFinished(() => due.stop());
  return waiting;
}

test('each of a thousand things that are due is taken once, and never more than twenty at a time', async () => {
  const taken: number[] = [];
  let [running, most] = [0, 0];
  const waiting = taking(1_000, async (key) => {
    taken.push(key);
    most = Math.max(most, ++running);
    await new Promise((done) => setImmediate(done));
    running -= 1;
  });
  await until('all are taken', () => waiting.size === 0);
  expect(taken.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 1_000 }, (_, key) => key));
  expect(most).toBe(20);
});

test('what hangs holds up nobody else, and what fails is taken again', async () => {
  let tries = 0;
  const { promise: hanging, resolve: end } = Promise.withResolvers<void>();
  const waiting = taking(100, async (key) => {
    if (key === 0) await hanging;
    if (key === 1 && ++tries === 1) throw new Error('the disk is full');
  });
  await until('the others are taken', () => waiting.size === 1);
  expect([...waiting]).toEqual([0]);
  expect(tries).toBe(2);
  end();
  await until('all are taken', () => waiting.size === 0);
});
