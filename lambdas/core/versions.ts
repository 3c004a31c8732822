/**
 * A message or a row holds a value that this version of Lifeline does not know: a newer version wrote it, in the minutes
 * of a deployment or before a rollback (ADR 18). Whoever throws it has changed nothing; the message comes back later, and
 * a caller of the API may repeat.
 */
export class OfNewerVersion extends Error {
  override readonly name = 'OfNewerVersion';

  /** @param what names the field, for logs; never its value where a person may have chosen it */
  constructor(what: string) {
    super(`only a newer version of Lifeline understands this: ${what}`);
  }
}

/** Whether a value that was read is one of those this version knows. */
export const isOneOf = <T extends string>(known: readonly T[], value: string): value is T =>
  (known as readonly string[]).includes(value);

/** The names of a type's fields: the compiler sees to it that none is left out, and what is beside them is a newer version's. */
export const fieldsOf = <T extends object>(fields: Record<keyof T & string, true>): readonly (keyof T & string)[] =>
  Object.keys(fields) as (keyof T & string)[];
