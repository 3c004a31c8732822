import { createHash } from 'node:crypto';
import * as z from 'zod';
import { invalid } from './problem.ts';
import { parse } from './validation.ts';

/** The list that a cursor belongs to, and what was asked of it: the filters, without `limit` and `cursor`. */
export interface Listing {
  list: 'notifications' | 'incident-deliveries' | 'recipients' | 'maintenance-windows' | 'audit';
  filters: Record<string, string | number | undefined>;
}

/**
 * A place in a list, as an opaque text of URL-safe characters that only the same list with the same filters takes back.
 * Not signed: the schema and the query's own key must keep a made-up place within what the caller may read, and the
 * range of the list must bound what is read for it.
 */
export const encodeCursor = (listing: Listing, place: unknown): string =>
  Buffer.from(JSON.stringify({ of: nameOf(listing), place })).toString('base64url');

/** The place a cursor stands for. Throws `invalid-request` for one of another list, of other filters, or made up. */
export function decodeCursor<S extends z.ZodType>(listing: Listing, schema: S, cursor: string): z.output<S> {
  try {
    const ours = z.strictObject({ of: z.literal(nameOf(listing)), place: z.unknown() });
    const { place } = parse(ours, JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
    return parse(schema, place);
  } catch {
    throw foreignCursor();
  }
}

/** What a cursor is refused with that this list did not give. */
export const foreignCursor = () =>
  invalid({
    path: 'cursor',
    message: 'is not a cursor that this list gave with these filters; begin again without it',
  });

function nameOf({ list, filters }: Listing): string {
  const given = Object.entries(filters).filter(([, value]) => value !== undefined);
  const ordered = given.toSorted(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([list, ordered]))
    .digest('base64url')
    .slice(0, 12);
}

const offset = z.int().min(0).max(1_000_000);

/** One stretch of a list that is read as a whole and only grows at its end. A foreign cursor is refused before it is read. */
export async function stretchOf<T>(
  listing: Listing,
  { limit, cursor }: { limit: number; cursor?: string },
  read: () => Promise<T[]>,
): Promise<Stretch<T>> {
  const from = cursor === undefined ? 0 : decodeCursor(listing, offset, cursor);
  const all = await read();
  const items = all.slice(from, from + limit);
  const next = from + items.length;
  return next < all.length && items.length > 0 ? { items, nextCursor: encodeCursor(listing, next) } : { items };
}

export interface Stretch<T> {
  items: T[];
  nextCursor?: string;
}
