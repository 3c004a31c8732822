import fc from 'fast-check';
import { getCountries, getCountryCallingCode } from 'libphonenumber-js/min';
import { describe, expect, it, test } from 'vitest';
import { callingCodeOf } from '../../../lambdas/core/sms/calling-code.ts';
import { senderIdFor } from '../../../lambdas/core/sms/sender-id.ts';
import { callingCodesOf } from '../../../lib/calling-codes.ts';

describe('the sender id of a text through SNS', () => {
  it.each([
    ['+33612345678', [], 'OnCall'],
    ['+14155550100', [], 'OnCall'],
    ['+61412345678', [], undefined],
    ['+6581234567', [], undefined],
    ['+919820012345', [], undefined],
    ['+971501234567', [], undefined],
    ['+61412345678', ['61'], 'OnCall'],
    ['+6581234567', ['61'], undefined],
  ])('to %s with registrations for %o is %s', (to, registered, expected) => {
    expect(senderIdFor('OnCall', to, registered)).toBe(expected);
  });

  it.each(['+33612345678', '+61412345678'])('is left out to %s where the deployment has none', (to) => {
    expect(senderIdFor('', to, ['61'])).toBeUndefined();
  });
});

test('every country’s numbers begin with the calling code that the table finds', () => {
  fc.assert(
    fc.property(fc.constantFrom(...getCountries()), fc.stringMatching(/^[1-9]\d{7}$/), (country, national) => {
      const code = getCountryCallingCode(country);
      expect(callingCodeOf(`+${code}${national}`)).toBe(code);
    }),
    { numRuns: 1_000 },
  );
});

test.each(['', 'Lifeline', '12345', '14155550100', '+0155550100', '+1'])('"%s" has no calling code', (text) => {
  expect(callingCodeOf(text)).toBeUndefined();
});

test.each([
  ['US,CA,GB', '1,44'],
  ['', ''],
  ['IN', '91'],
])('the countries %s have the calling codes %s', (countries, codes) => {
  expect(callingCodesOf(countries)).toBe(codes);
});
