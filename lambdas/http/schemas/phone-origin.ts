import { NOWHERE, OWN, SHARED } from './phone-origins.gen.ts';

/**
 * Where the phone is (E.164): its calling code, and the countries it may belong to. One where the digits say which,
 * several for numbers of a shared calling code that no range is known for, none for satellite and other numbers of no
 * country. As libphonenumber says it, which a test holds this to: with the library and all its data the function that
 * sends codes would be 110 KB larger.
 */
export function originOf(phone: string): { callingCode: string; countries: readonly string[] } {
  const digits = /^\+(\d{4,15})$/.exec(phone)?.[1] ?? '';
  // No calling code begins with another one.
  const callingCode = [1, 2, 3].map((length) => digits.slice(0, length)).find(isCallingCode) ?? '';
  const national = digits.slice(callingCode.length);
  const sharing = SHARED[callingCode];
  if (sharing) {
    const exact = sharing.find(([, numbers]) => numbers.test(national));
    const possible = exact ? [exact] : sharing.filter(([, , lengths]) => lengths.includes(national.length));
    return { callingCode, countries: possible.map(([country]) => country) };
  }
  const country = OWN[callingCode];
  return { callingCode, countries: country === undefined ? [] : [country] };
}

const isCallingCode = (digits: string): boolean => digits in OWN || digits in SHARED || NOWHERE.includes(digits);
