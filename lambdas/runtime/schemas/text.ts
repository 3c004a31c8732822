import * as z from 'zod';

/**
 * Building blocks of the request schemas. Lengths are characters as a person counts them (code points), as in the
 * OpenAPI file, not UTF-16 units.
 */

// U+FFFE and U+FFFF are no characters: XML has none of them, and the script of a call is XML, as is what queues take.
// biome-ignore lint/suspicious/noControlCharactersInRegex: refusing them is the point
const CONTROL = /[\u0000-\u001f\u007f-\u009f\ufffe\uffff]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: refusing them is the point
const CONTROL_BUT_BREAKS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffe\uffff]/;

const within = (value: string, max: number): boolean => value.length <= max || [...value].length <= max;

/** Text with line breaks and tabs. A lone half of a surrogate pair has no UTF-8 and could not be stored as given. */
export const text = () =>
  z
    .string()
    .refine((value) => value.isWellFormed(), 'must be valid Unicode')
    .refine((value) => !CONTROL_BUT_BREAKS.test(value), 'must not contain control characters');

/** One line of 1 to `max` characters that is not blank. */
export const line = (max: number) =>
  z
    .string()
    .refine((value) => value.trim() !== '', 'must not be empty')
    .refine((value) => within(value, max), `must have at most ${max} characters`)
    .refine((value) => value.isWellFormed(), 'must be valid Unicode')
    .refine((value) => !CONTROL.test(value), 'must not contain control characters');

/** 1 to `max` characters, line breaks allowed, not blank. */
export const title = (max: number) =>
  text()
    .refine((value) => value.trim() !== '', 'must not be empty')
    .refine((value) => within(value, max), `must have at most ${max} characters`);

/** An incident id. URLs swallow `.` and `..` as path segments. */
export const incidentId = line(64).refine((value) => value !== '.' && value !== '..', 'must not be "." or ".."');

export const serviceName = line(64);

export const recipientId = z
  .string()
  .min(1)
  .max(64)
  .regex(
    /^[A-Za-z0-9_][A-Za-z0-9_.@+-]*$/,
    'may have letters, digits and _ . @ + - only, and begins with a letter, a digit or _',
  );

/** A point in time with `Z` or an offset. */
export const time = z.iso.datetime({
  offset: true,
  error: (issue) =>
    issue.input === undefined ? undefined : 'must be a time in ISO 8601 with Z or an offset, e.g. 2026-11-22T10:00:00Z',
});

/** No item twice. */
export const unique = (list: readonly unknown[]): boolean => new Set(list).size === list.length;
