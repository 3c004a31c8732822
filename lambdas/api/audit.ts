import * as z from 'zod';
import type { AuditEntry, AuditReader } from '../core/audit/ports.ts';
import type { Clock } from '../core/clock.ts';
import { encodeCursor, type Listing } from '../http/cursor.ts';
import type { Handler } from '../http/http.ts';
import { parseAuditQuery } from '../http/schemas/audit-query.ts';
import { decodePlace } from '../http/schemas/list-query.ts';

interface Deps {
  audit: AuditReader;
  clock: Clock;
}

/** An entry's time and a random end, as the store numbers them. */
const position = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z#[0-9a-f]{8}$/);
const timeOf = (text: string): number => Date.parse(text.slice(0, 24));

/** GET /audit, newest first. `actor` filters what was read, so an answer may hold fewer than `limit` while there is more. */
export const createListAudit =
  ({ audit, clock }: Deps): Handler =>
  async ({ query }) => {
    const wanted = parseAuditQuery(query, clock.now());
    const { actor, resource, cursor, limit } = wanted;
    const filters = { actor, resource, since: query.since, until: query.until };
    const listing: Listing = { list: 'audit', filters };
    const place = cursor === undefined ? undefined : decodePlace(listing, position, timeOf, cursor);
    const { since, until } = place ?? wanted;
    const found = await audit.list({
      since,
      until,
      limit,
      ...(resource !== undefined && { resource }),
      ...(place && { after: place.after }),
    });
    const last = found.at(-1);
    return {
      status: 200,
      body: {
        items: found
          .map(({ entry }) => entry)
          .filter(isBy(actor))
          .map(auditView),
        ...(last &&
          found.length === limit && { nextCursor: encodeCursor(listing, { since, until, after: last.position }) }),
      },
    };
  };

/** `client/subject`, or either of the two. */
const isBy =
  (wanted: string | undefined) =>
  ({ actor }: AuditEntry): boolean =>
    wanted === undefined || actor === wanted || actor.startsWith(`${wanted}/`) || actor.endsWith(`/${wanted}`);

const auditView = ({ at, ...entry }: AuditEntry) => ({ at: new Date(at).toISOString(), ...entry });
