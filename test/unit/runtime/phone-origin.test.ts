import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { type CountryCode, getCountries, getExampleNumber, parsePhoneNumberFromString } from 'libphonenumber-js/min';
import examples from 'libphonenumber-js/mobile/examples';
import { expect, it } from 'vitest';
import { originOf } from '../../../lambdas/http/schemas/phone-origin.ts';
import { NOWHERE, OWN, SHARED } from '../../../lambdas/http/schemas/phone-origins.gen.ts';
import { generate, TARGET } from '../../../scripts/generate-phone-origins.ts';

/** What the library says of the number, in the form in which we keep it. */
function byLibrary(digits: string) {
  const number = parsePhoneNumberFromString(digits, { extract: false });
  if (!number) return undefined;
  const countries = number.country ? [number.country] : number.getPossibleCountries();
  return { phone: number.number, origin: { callingCode: number.countryCallingCode, countries } };
}

it('the table is what the metadata gives', async () => {
  expect(await readFile(TARGET, 'utf8')).toBe(generate());
});

it.each(getCountries())('%s: its mobile phones are where the library puts them', (country: CountryCode) => {
  const phone = getExampleNumber(country, examples)?.number ?? '';
  expect(originOf(phone)).toEqual(byLibrary(phone)?.origin);
});

it('any number is where the library puts it, in whichever country and range', () => {
  const codes = [...Object.keys(OWN), ...NOWHERE];
  const national = fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 4, maxLength: 12 });
  // Nearly all of what can be mistaken is in shared calling codes, where ten digits are a phone.
  const ten = fc.integer({ min: 1_000_000_000, max: 9_999_999_999 }).map(String);
  const anywhere = fc.oneof(
    fc.tuple(fc.constantFrom(...codes), national),
    fc.tuple(fc.constantFrom(...Object.keys(SHARED)), fc.oneof(national, ten)),
    fc.tuple(fc.constant('1'), ten),
  );
  fc.assert(
    fc.property(anywhere, ([code, rest]) => {
      const found = byLibrary(`+${code}${rest}`);
      if (found) expect(originOf(found.phone)).toEqual(found.origin);
    }),
    { numRuns: 20_000, seed: 1 },
  );
});

it.each(['', '+', '+1', '14155550100', '+999123456', '+constructor'])('%s is nowhere', (phone) => {
  expect(originOf(phone).countries).toEqual([]);
});
