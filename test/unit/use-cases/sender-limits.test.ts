import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rules } from '../../../lambdas/core/rules.ts';
import { MINUTE } from '../../../lambdas/core/time.ts';
import { createSenderLimits } from '../../../lambdas/use-cases/sender-limits.ts';
import { memoryRateLimits } from '../../support/memory-ports.ts';

const { senderLimit } = rules();

function environments(count: number) {
  let now = 1_000_000_000;
  const store = memoryRateLimits();
  const clock = { now: () => now };
  const all = Array.from({ length: count }, () => createSenderLimits({ store, clock, pace: senderLimit }, count));
  const pass = (ms: number) => {
    now += ms;
  };
  return { all, store, pass, now: () => now };
}

test('in quiet times nobody writes anything', async () => {
  const { all, store, pass } = environments(4);
  for (let n = 0; n < 10; n++) {
    expect(await all[0]?.reserve('twilio', MINUTE)).toBe(0);
    pass(10 * MINUTE);
  }
  expect((await store.get('twilio')).version).toBe(0);
});

test('a place later than the caller can wait for is not taken', async () => {
  const { all, store } = environments(1);
  for (let n = 0; n < 30; n++) await all[0]?.reserve('twilio', MINUTE);
  const before = await store.get('twilio');
  expect(await all[0]?.reserve('twilio', 1)).toBeUndefined();
  expect(await store.get('twilio')).toEqual(before);
});

test('whatever rush hits however many environments, no minute sees more than the limit and its bursts', async () => {
  const rush = fc.array(fc.record({ environment: fc.nat(5), wait: fc.integer({ min: 0, max: 3_000 }) }), {
    minLength: 50,
    maxLength: 400,
  });
  await fc.assert(
    fc.asyncProperty(rush, fc.integer({ min: 1, max: 6 }), async (calls, count) => {
      const { all, pass, now } = environments(count);
      const sends: number[] = [];
      for (const { environment, wait } of calls) {
        pass(wait);
        const place = await all[environment % count]?.reserve('twilio', 60 * MINUTE);
        if (place !== undefined) sends.push(now() + place);
      }
      sends.sort((a, b) => a - b);
      const perMinute = MINUTE / senderLimit.interval;
      // The limit, the burst at its start, and the first free place of each environment.
      const most = perMinute + senderLimit.burst + count;
      for (const [i, at] of sends.entries()) {
        expect(sends.filter((other, j) => j >= i && other < at + MINUTE).length).toBeLessThanOrEqual(most);
      }
    }),
    { numRuns: 30 },
  );
});

test('places that others have reserved minutes ahead keep no CRITICAL page waiting, and the limit is kept afterwards', async () => {
  const { all, store } = environments(1);
  const [limits] = all;
  for (let n = 0; n < 300; n++) await limits?.reserve('twilio', 15 * MINUTE);
  expect(await limits?.reserve('twilio', 15 * MINUTE)).toBeGreaterThan(2 * MINUTE);
  const before = (await store.get('twilio')).nextAt;
  for (let n = 0; n < 10; n++) expect(await limits?.reserve('twilio', 10_000, true)).toBe(0);
  // What went out past the queue is taken from what comes after it.
  expect((await store.get('twilio')).nextAt - before).toBeGreaterThan(9 * senderLimit.interval);
});

test.each([2, 5])(
  'a text of %i segments keeps those behind it back for as long as its segments take',
  async (segments) => {
    const behind = async (spent: number) => {
      const { all } = environments(1);
      const [limits] = all;
      for (let n = 0; n < 40; n++) await limits?.reserve('twilio', 15 * MINUTE);
      await limits?.spend('twilio', spent, false);
      return (await limits?.reserve('twilio', 15 * MINUTE)) ?? 0;
    };
    const interval = senderLimit.interval / 0.9;
    expect((await behind(segments - 1)) - (await behind(0))).toBeCloseTo((segments - 1) * interval, 0);
  },
);

test('segments that cannot be written down stop no text', async () => {
  const down = async () => {
    throw new Error('throttled');
  };
  const clock = { now: () => 1_000 };
  const limits = createSenderLimits({ store: { get: down, save: down }, clock, pace: senderLimit }, 1);
  await limits.reserve('twilio', MINUTE);
  await expect(limits.spend('twilio', 3, true)).resolves.toBeUndefined();
});
