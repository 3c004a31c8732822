import { expect, test } from 'vitest';
import { rules } from '../../lambdas/core/rules.ts';

test.each([1, 10, 20, 30])(
  'at speed %i a call whose end nobody reports is over before the next round rings',
  (speed) => {
    const { longestCall, oneWayCall, lineTaken, roundEvery } = rules(speed);
    expect(longestCall + lineTaken).toBeLessThan(roundEvery);
    expect(oneWayCall + lineTaken).toBeLessThan(roundEvery);
  },
);
