import { type PhoneNumber, parsePhoneNumberFromString } from 'libphonenumber-js/min';
import { phoneKey } from '../../core/recipient/phone.ts';

/**
 * The E.164 form of a phone as people write it, or why it is refused (docs/spec/api.md#problems).
 *
 * With `+` a length that exists in that country is enough: a paging service that refuses a number because its list of
 * ranges is old does more harm than one that lets the provider refuse it. Without `+` the number must be valid in every
 * respect, since `2025550123` is a possible number in Egypt and was meant to be one in Washington.
 */
export function toE164(input: string): { phone: string } | { refused: string } {
  const digits = input.replace(/[\s().\-‐-―/]/g, '');
  if (!/^\+?\d+$/.test(digits)) return { refused: 'must be a phone number like +14155550100' };
  if (digits.startsWith('+')) {
    const phone = e164Of(digits, (number) => number.isPossible());
    return phone === undefined ? { refused: 'is not a phone number of any country' } : { phone };
  }
  const phone = e164Of(`+${digits}`, (number) => number.isValid());
  if (phone !== undefined) return { phone };
  return {
    refused: 'must be international, with + and the country code, e.g. +14155550100; national numbers are refused',
  };
}

/**
 * The number as given, in E.164, if it is good; also where the library knows only the other way to write it
 * (`phoneKey`): of Mexico's two ways it knows the one without the 1.
 */
function e164Of(digits: string, isGood: (number: PhoneNumber) => boolean): string | undefined {
  const number = read(digits);
  if (number && isGood(number)) return number.number;
  const other = read(phoneKey(digits));
  return other && isGood(other) ? digits : undefined;
}

const read = (digits: string): PhoneNumber | undefined => parsePhoneNumberFromString(digits, { extract: false });
