import { describe, expect, it } from 'vitest';
import { OVERLOAD, withRetryAfter } from '../../../lambdas/providers/faults.ts';

const NOW = Date.UTC(2026, 10, 22, 10, 0, 0);
const FAULT = { ...OVERLOAD, code: 'http_429', message: 'too many requests' };
const wait = (value: string | undefined) =>
  withRetryAfter(FAULT, { headers: value === undefined ? {} : { 'retry-after': value } }, NOW).retryAfter;

describe('the wait that a provider asks for', () => {
  it.each([
    ['1', 1_000],
    [' 30 ', 30_000],
    ['Sun, 22 Nov 2026 10:01:00 GMT', 60_000],
  ])('Retry-After: %s is %i ms', (value, ms) => {
    expect(wait(value)).toBe(ms);
  });

  it.each([undefined, '', '0', '-5', 'soon', 'Sun, 22 Nov 2026 09:59:00 GMT', '1e9'])(
    'Retry-After: %s asks for none',
    (value) => {
      expect(wait(value)).toBeUndefined();
    },
  );
});
