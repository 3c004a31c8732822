/** The numbers that pages come from, as the health checks keep them for the contact card. */
import { expect, test } from 'vitest';
import { type HealthSnapshot, numbersOf } from '../../lambdas/core/health/health.ts';
import type { CheckResult } from '../../lambdas/core/health/ports.ts';
import { createHealthCheck } from '../../lambdas/provider-health/check.ts';
import { OVERLOAD } from '../../lambdas/providers/faults.ts';
import { recordedTelemetry } from '../support/telemetry.ts';

const NUMBERS = ['+14155550021', '+442071838751'];

/** Checks of Twilio that come to these results one after the other, and the numbers in the snapshot behind each. */
async function checked(...results: CheckResult[]): Promise<(readonly string[])[]> {
  let [now, snapshot] = [0, undefined as HealthSnapshot | undefined];
  const found: (readonly string[])[] = [];
  for (const result of results) {
    const check = createHealthCheck({
      health: {
        read: async () => snapshot,
        write: async (next) => {
          snapshot = next;
        },
      },
      providers: [{ provider: 'twilio', channel: 'sms', check: async () => result }],
      channels: ['sms'],
      queues: [],
      depth: async () => ({ visible: 0, inFlight: 0, delayed: 0 }),
      circuits: { failed: async () => undefined },
      store: { list: async () => [] },
      clock: { now: () => now },
      ...recordedTelemetry(),
    });
    await check();
    found.push(numbersOf(snapshot));
    now += 30_000;
  }
  return found;
}

test.each<[string, CheckResult]>([
  ['could not ask', { finding: 'unknown', message: 'no answer' }],
  ['found the provider failing', { finding: 'failing', fault: { code: 'http_503', message: 'down', ...OVERLOAD } }],
  ['was not told the numbers', { finding: 'limited', code: 'trial', message: 'a trial account' }],
])('a check that %s keeps the numbers of the one before', async (_, result) => {
  expect(await checked({ finding: 'ok', numbers: NUMBERS }, result, result)).toEqual([NUMBERS, NUMBERS, NUMBERS]);
});

test('a check that is told other numbers, or none, replaces those of the one before', async () => {
  const [ok, other, none] = [NUMBERS, ['+14155550099'], []].map((numbers): CheckResult => ({ finding: 'ok', numbers }));
  expect(await checked(ok as CheckResult, other as CheckResult, none as CheckResult)).toEqual([
    NUMBERS,
    ['+14155550099'],
    [],
  ]);
});

test('before the first check no number is known', () => {
  expect(numbersOf(undefined)).toEqual([]);
});
