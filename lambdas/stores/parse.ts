/**
 * What lies in the table is read with checks: a row that is not what its reader takes it for is named at once, and not
 * found out later by a provider. Each check gives the value itself, so that what a newer version keeps inside an object
 * stays in it (ADR 18).
 */
export type Item = Record<string, unknown>;
export type Guard<T> = (value: unknown) => value is T;

export const isText = (value: unknown): value is string => typeof value === 'string';
export const isNumber = (value: unknown): value is number => typeof value === 'number';
export const isBoolean = (value: unknown): value is boolean => typeof value === 'boolean';
export const isTrue = (value: unknown): value is true => value === true;
export const isItem = (value: unknown): value is Item =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * A word of a list, like a channel or a status. One that only a newer version knows passes too: it is shown as it is, and
 * decisions that rest on it wait for the version that knows it (core/page/newer.ts, ADR 18).
 */
export const isWord = <T extends string>(value: unknown): value is T => isText(value);

export const listOf =
  <T>(isOne: Guard<T>): Guard<T[]> =>
  (value): value is T[] =>
    Array.isArray(value) && value.every(isOne);

type Optional<T> = { [K in keyof T]-?: object extends Pick<T, K> ? K : never }[keyof T];
/** A check for each field that has to be there, and one for each that may be. */
export const shape =
  <T extends object>(
    required: { [K in Exclude<keyof T, Optional<T>>]: Guard<T[K]> },
    optional: { [K in Optional<T>]-?: Guard<Exclude<T[K], undefined>> },
  ): Guard<T> =>
  (value): value is T => {
    if (!isItem(value)) return false;
    const has = ([name, guard]: [string, Guard<unknown>]) => guard(value[name]);
    return (
      Object.entries<Guard<unknown>>(required).every(has) &&
      Object.entries<Guard<unknown>>(optional).every((one) => value[one[0]] === undefined || has(one))
    );
  };

/** @param name of the attribute, for the error; the value may be a person's */
export function parsed<T>(value: unknown, guard: Guard<T>, name: string): T {
  if (!guard(value)) throw new Error(`a row cannot be read: its attribute "${name}" is not what it should be`);
  return value;
}

export const field = <T>(item: Item, name: string, guard: Guard<T>): T => parsed(item[name], guard, name);
export const maybe = <T>(item: Item, name: string, guard: Guard<T>): T | undefined =>
  item[name] === undefined ? undefined : field(item, name, guard);
