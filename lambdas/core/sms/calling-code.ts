/**
 * Calling codes of E.164 numbers. ITU-T gives them out so that none is the beginning of another: 1 and 7 stand alone, the
 * ones below have two digits, all others three. A code may belong to several countries (1: the USA, Canada and 23 more).
 */
const TWO_DIGITS: ReadonlySet<string> = new Set(
  (
    '20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66 ' +
    '81 82 84 86 90 91 92 93 94 95 98'
  ).split(' '),
);

/** The calling code of a number in E.164, without its plus: `1`, `44`, `353`; undefined where it is no such number. */
export function callingCodeOf(phone: string): string | undefined {
  const digits = /^\+([1-9]\d{6,14})$/.exec(phone)?.[1];
  if (digits === undefined) return undefined;
  const first = digits.slice(0, 1);
  if (first === '1' || first === '7') return first;
  const two = digits.slice(0, 2);
  return TWO_DIGITS.has(two) ? two : digits.slice(0, 3);
}
