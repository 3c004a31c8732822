import * as z from 'zod';
import { invalid } from './problem.ts';
import { parse } from './validation.ts';

/**
 * A place in a list, as an opaque text of URL-safe characters. Not signed: whoever decodes it must check that it lies
 * within what the caller may read, which the schema and the query's own key do.
 */
export const encodeCursor = (place: unknown): string => Buffer.from(JSON.stringify(place)).toString('base64url');

/** The place a cursor stands for. Throws `invalid-request` for anything that `encodeCursor` did not make. */
export function decodeCursor<S extends z.ZodType>(schema: S, cursor: string): z.output<S> {
  const refused = { path: 'cursor', message: 'is not a cursor that this list gave' };
  try {
    return parse(schema, JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
  } catch {
    throw invalid(refused);
  }
}

const offset = z.strictObject({ o: z.int().min(0).max(1_000_000) });

/** One stretch of a list that is at hand as a whole and only grows at its end. */
export function stretchOf<T>(all: T[], { limit, cursor }: { limit: number; cursor?: string }): Stretch<T> {
  const from = cursor === undefined ? 0 : decodeCursor(offset, cursor).o;
  const items = all.slice(from, from + limit);
  const next = from + items.length;
  return next < all.length && items.length > 0 ? { items, nextCursor: encodeCursor({ o: next }) } : { items };
}

export interface Stretch<T> {
  items: T[];
  nextCursor?: string;
}
