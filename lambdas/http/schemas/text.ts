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

/**
 * U+2800 and U+1D159 are symbols for Unicode and empty for a reader: braille without dots, a notehead without a head.
 */
const INVISIBLE = /[\p{White_Space}\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u{2800}\u{1d159}]/gu;

/**
 * Whether a text shows nothing: spaces, zero-width and bidirectional controls, soft hyphens, fillers, tags and
 * variation selectors without anything between them (docs/spec/api.md#recipients).
 */
export const isBlank = (value: string): boolean => value.replace(INVISIBLE, '') === '';

const within = (value: string, max: number): boolean => value.length <= max || [...value].length <= max;

/** Text with line breaks and tabs. A lone half of a surrogate pair has no UTF-8 and could not be stored as given. */
export const text = () =>
  z
    .string()
    .refine((value) => value.isWellFormed(), 'must be valid Unicode')
    .refine((value) => !CONTROL_BUT_BREAKS.test(value), 'must not contain control characters');

const oneLine = (schema: z.ZodString, max: number) =>
  schema
    .refine((value) => !isBlank(value), 'must not be blank')
    .refine((value) => within(value, max), `must have at most ${max} characters`)
    .refine((value) => value.isWellFormed(), 'must be valid Unicode')
    .refine((value) => !CONTROL.test(value), 'must not contain control characters');

/** One line of 1 to `max` characters that is not blank. */
export const line = (max: number) => oneLine(z.string(), max);

/**
 * A line that other texts are compared with. It comes out in NFC, because two systems may write the same `é` as one
 * character or as two and mean one incident (docs/spec/api.md#dispatch); from here on ids are compared as they are.
 */
export const identifier = (max: number) => oneLine(z.string().normalize('NFC'), max);

/** 1 to `max` characters, line breaks allowed, not blank. */
export const title = (max: number) =>
  text()
    .refine((value) => !isBlank(value), 'must not be blank')
    .refine((value) => within(value, max), `must have at most ${max} characters`);

/** An incident id, in NFC. URLs swallow `.` and `..` as path segments. */
export const incidentId = identifier(64).refine((value) => value !== '.' && value !== '..', 'must not be "." or ".."');

export const serviceName = identifier(64);

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
