/** What evaluated fields must be, and how large data may get. Everything here throws `StateError`. */
import { type Json, MAX_SECONDS } from './definition.ts';
import { ERRORS, StateError } from './errors.ts';

/** Of a state's input, result or output, and of an execution's variables together here ("Service quotas"). */
const MAX_BYTES = 256 * 1024;

export function atMost(value: Json, what: string): void {
  if (Buffer.byteLength(JSON.stringify(value)) > MAX_BYTES)
    throw new StateError(ERRORS.tooLarge, `${what} is larger than ${MAX_BYTES} bytes`);
}

/** A whole number in the range of the field. */
export function secondsOf(value: Json, least: number, field: string): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= MAX_SECONDS) return value;
  throw new StateError(
    ERRORS.query,
    `${field} must be a whole number from ${least} to ${MAX_SECONDS}, not ${JSON.stringify(value)}`,
  );
}

/** Epoch milliseconds of an RFC 3339 time with T and Z or an offset ("Timestamps"). */
export function timestampOf(value: Json): number {
  const known = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;
  const at = typeof value === 'string' && known.test(value) ? Date.parse(value) : Number.NaN;
  if (!Number.isNaN(at)) return at;
  throw new StateError(ERRORS.query, `Timestamp must be an RFC 3339 time, not ${JSON.stringify(value)}`);
}
