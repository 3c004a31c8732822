import { type PhoneNumber, parsePhoneNumberFromString } from 'libphonenumber-js/min';

/**
 * The E.164 form of a phone as people write it, or why it is refused (contract §4, `errors[].path`).
 *
 * With `+` a length that exists in that country is enough: a paging service that refuses a number because its list of
 * ranges is old does more harm than one that lets the provider refuse it. Without `+` the number must be valid in every
 * respect, since `2025550123` is a possible number in Egypt and was meant to be one in Washington.
 */
export function toE164(input: string): { phone: string } | { refused: string } {
  const digits = input.replace(/[\s().\-‐-―/]/g, '');
  if (!/^\+?\d+$/.test(digits)) return { refused: 'must be a phone number like +14155550100' };
  if (digits.startsWith('+')) {
    const number = read(digits);
    return number?.isPossible() ? { phone: number.number } : { refused: 'is not a phone number of any country' };
  }
  const number = read(`+${digits}`);
  if (number?.isValid()) return { phone: number.number };
  return {
    refused: 'must be international, with + and the country code, e.g. +14155550100; national numbers are refused',
  };
}

const read = (digits: string): PhoneNumber | undefined => parsePhoneNumberFromString(digits, { extract: false });
