import fc from 'fast-check';
import { expect, it } from 'vitest';
import { flowPeriod, isFlowDue, isTryDue } from '../../../lambdas/core/contacts/upkeep.ts';
import { rules } from '../../../lambdas/core/rules.ts';
import { DAY, HOUR } from '../../../lambdas/core/time.ts';

const RULES = rules();

it('any person’s workflow is due in exactly one of the 720 hours of each 30 days, and runs a minute late find the same one', () => {
  const start = fc.integer({ min: 0, max: 4e12 });
  fc.assert(
    fc.property(fc.string(), start, fc.integer({ min: 0, max: HOUR - 1 }), (id, from, late) => {
      const hour = Math.floor(from / HOUR) * HOUR;
      const due = Array.from({ length: 720 }, (_, n) => isFlowDue(id, hour + n * HOUR + late, RULES));
      expect(due.filter(Boolean)).toHaveLength(1);
    }),
    { numRuns: 30 },
  );
});

it('the hours of many people are spread over the period', () => {
  const people = Array.from({ length: 7_200 }, (_, n) => `usr_${n}`);
  const counts = Array.from({ length: 720 }, (_, n) => people.filter((id) => isFlowDue(id, n * HOUR, RULES)).length);
  expect(Math.max(...counts)).toBeLessThan(40);
});

it('a period has one name, whatever the speed of the local run is', () => {
  for (const scale of [1, 10, 1_000]) {
    const scaled = rules(scale);
    const period = (30 * DAY) / scale;
    expect(flowPeriod(period, scaled)).toBe(1);
    expect(flowPeriod(2 * period - 1, scaled)).toBe(1);
    expect(flowPeriod(2 * period, scaled)).toBe(2);
  }
});

it.each([
  [7 * DAY - 1, undefined, false],
  [7 * DAY, undefined, true],
  [8 * DAY, 7 * DAY, false],
  [14 * DAY, 7 * DAY, true],
])('an endpoint marked at 0 is due at %i after a try at %s: %s', (now, triedAt, expected) => {
  expect(isTryDue({ since: 0, ...(triedAt !== undefined && { triedAt }) }, now, RULES)).toBe(expected);
});
