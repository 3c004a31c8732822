import { expect, test } from 'vitest';
import { createSpendSegments } from '../../../lambdas/use-cases/spend-segments.ts';

test.each([
  ['one segment', 'a'.repeat(160), 0],
  ['two segments', 'a'.repeat(161), 1],
  ['three segments', 'a'.repeat(400), 2],
  ['one segment of another script', 'я'.repeat(70), 0],
  ['two segments of another script', 'я'.repeat(71), 1],
])('a text of %s uses up the places of its further segments under its own sender', async (_, body, places) => {
  const spent: unknown[] = [];
  const spend = createSpendSegments({ spend: async (...used) => void spent.push(used) });
  await spend('twilio', { body }, true);
  expect(spent).toEqual([['twilio/sms', places, true]]);
});
