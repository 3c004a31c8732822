import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { parsePhoneNumberFromString as slim } from 'libphonenumber-js/core';
import { parsePhoneNumberFromString as full, getCountries, getCountryCallingCode } from 'libphonenumber-js/min';
import { expect, it } from 'vitest';
import { phoneMetadata } from '../../../lambdas/runtime/schemas/phone-metadata.gen.ts';
import { generate } from '../../../scripts/generate-phone-metadata.ts';

it('the committed metadata is that of the installed library', async () => {
  const url = new URL('../../../lambdas/runtime/schemas/phone-metadata.gen.ts', import.meta.url);
  expect(await readFile(url, 'utf8')).toBe(generate());
});

it('without the formats every number is judged the same', () => {
  const codes = [...getCountries().map((country) => getCountryCallingCode(country)), '800', '870', '883', '999'];
  fc.assert(
    fc.property(fc.constantFrom(...codes), fc.stringMatching(/^\d{3,14}$/), (code, rest) => {
      const text = `+${code}${rest}`;
      const judged = (parsed: ReturnType<typeof full>) =>
        parsed && [parsed.number, parsed.isPossible(), parsed.isValid()];
      expect(judged(slim(text, { extract: false }, phoneMetadata as never))).toEqual(
        judged(full(text, { extract: false })),
      );
    }),
    { numRuns: 2000 },
  );
});
