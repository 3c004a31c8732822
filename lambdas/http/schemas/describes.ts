import type * as z from 'zod';

/**
 * Compiles only if the schema takes exactly what the type from the OpenAPI file says: `describes<Dispatch>()(schema)`.
 */
export const describes =
  <T>() =>
  <S extends z.ZodType>(schema: S & (Same<z.input<S>, T> extends true ? unknown : never)): S =>
    schema;

type Same<A, B> = [Shape<A>] extends [Shape<B>] ? ([Shape<B>] extends [Shape<A>] ? true : false) : false;

/** Optional fields apart, since a missing optional field is assignable both ways; `undefined` is nothing in JSON. */
type Shape<T> = T extends readonly (infer Item)[]
  ? Shape<Item>[]
  : T extends object
    ? {
        required: { [K in keyof T as object extends Pick<T, K> ? never : K]: Shape<T[K]> };
        optional: { [K in keyof T as object extends Pick<T, K> ? K : never]-?: Shape<Exclude<T[K], undefined>> };
      }
    : T;
