import { invalid, Problem } from './problem.ts';

/** The ETag of a version, for answers: `"3"`. */
export const etag = (version: number): string => `"${version}"`;

/** The version `If-Match` asks for, `*` for any that exists, undefined without the header. Throws `invalid-request`. */
export function ifMatch(headers: Record<string, string>): number | '*' | undefined {
  const value = headers['if-match']?.trim();
  if (value === undefined || value === '*') return value;
  const version = /^"(\d{1,15})"$/.exec(value)?.[1];
  if (version === undefined)
    throw invalid({ path: 'If-Match', message: 'must be an ETag as it was given, e.g. "3", or *' });
  return Number(version);
}

/** Throws 412 unless the stored version (0: there is none) is the one that the caller asks for. */
export function requireMatch(wanted: number | '*' | undefined, stored: number): void {
  if (wanted === undefined || wanted === stored || (wanted === '*' && stored > 0)) return;
  throw new Problem('precondition-failed', {
    detail: stored > 0 ? `The record is now at "${stored}".` : 'There is no such record.',
  });
}

/** The `Idempotency-Key`, undefined without the header. Throws `invalid-request`. */
export function idempotencyKey(headers: Record<string, string>): string | undefined {
  const value = headers['idempotency-key'];
  if (value === undefined) return undefined;
  if (/^[!-~]+( +[!-~]+)*$/.test(value) && value.length <= 128) return value;
  throw invalid({ path: 'Idempotency-Key', message: 'must have 1 to 128 visible ASCII characters' });
}
