import * as z from 'zod';
import { parse } from '../validation.ts';
import { epoch, inRange, stretch } from './list-query.ts';
import { identifier, line } from './text.ts';

const schema = z.strictObject({
  // Ends in an incident's id, for instance.
  resource: identifier(256).exactOptional(),
  actor: line(256).exactOptional(),
  since: epoch.exactOptional(),
  until: epoch.exactOptional(),
  ...stretch,
});

/** The query of GET /audit, times in epoch milliseconds. Throws `invalid-request`. */
export const parseAuditQuery = (query: Record<string, string>, now: number) => parse(inRange(schema, now), query);
