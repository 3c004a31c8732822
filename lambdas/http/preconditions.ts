import type { ApiRequest } from './http.ts';
import { Problem } from './problem.ts';

type Headers = ApiRequest['headers'];

/**
 * Holds a write to its `If-Match` and `If-None-Match` (RFC 9110 §13.2.2; docs/spec/api.md#preconditions). Call it on
 * the very record that the write is conditional on, each time that is read. Throws `precondition-failed`.
 * @param current the record's ETag as it is now; `true` for one that has none, undefined where there is no record
 */
export function requirePreconditions(headers: Headers, current: string | true | undefined): void {
  const [match, noneMatch] = [headers['if-match'], headers['if-none-match']];
  const now = current === true ? 'there' : current;
  if (match !== undefined && !names(match, current)) {
    const detail = now ? `The record is now ${now}. Read it again.` : 'There is no such record any more.';
    throw new Problem('precondition-failed', { detail });
  }
  if (noneMatch !== undefined && names(noneMatch, current)) {
    const detail = `The record is there already, as ${now}. Read it, or leave If-None-Match out to replace it.`;
    throw new Problem('precondition-failed', { detail });
  }
}

/** Whether who reads has this version already, so that an answer without a body will do. */
export const isKnownToReader = (headers: Headers, etag: string): boolean =>
  headers['if-none-match'] !== undefined && names(headers['if-none-match'], etag);

/** Proxies that compress an answer make its ETag a weak one; our versions are the same either way. */
function names(header: string, current: string | true | undefined): boolean {
  if (current === undefined) return false;
  if (header.trim() === '*') return true;
  return header.split(',').some((tag) => tag.trim().replace(/^W\//, '') === current);
}
