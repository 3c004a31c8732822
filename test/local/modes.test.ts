import { expect, test } from 'vitest';
import { parseMode } from '../../local/simulators/modes.ts';
import { twilioErrorCode } from '../../local/simulators/twilio/api.ts';

test('a provider code may be given as a number or as its digits, and means the same', () => {
  const given = (errorCode: unknown) => parseMode(JSON.stringify({ mode: 'undelivered', errorCode }), twilioErrorCode);
  expect(given('30008')).toEqual(given(30_008));
  expect(() => given('many')).toThrow();
});
