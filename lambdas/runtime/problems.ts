/**
 * The catalogue of problem types (contract §1): name, status and title. What each means and what to do about it is in
 * docs/problems.md. A name never changes its meaning and is never used again for another.
 */
export const PROBLEMS = {
  'invalid-request': { status: 400, title: 'The request is not valid' },
  'invalid-json': { status: 400, title: 'The body is not JSON' },
  unauthorized: { status: 401, title: 'Missing or bad token' },
  'missing-scope': { status: 403, title: 'Missing scope' },
  'access-denied': { status: 403, title: 'Access denied' },
  'country-not-served': { status: 403, title: 'No codes are sent to that country' },
  'bad-signature': { status: 403, title: 'Signature refused' },
  'route-not-found': { status: 404, title: 'No such route' },
  'notification-not-found': { status: 404, title: 'No such notification' },
  'recipient-not-found': { status: 404, title: 'No such recipient' },
  'incident-not-found': { status: 404, title: 'No such incident' },
  'window-not-found': { status: 404, title: 'No such maintenance window' },
  'provider-not-found': { status: 404, title: 'No such provider' },
  'redrive-not-found': { status: 404, title: 'No such redrive' },
  'callback-not-found': { status: 404, title: 'No such message' },
  'no-code': { status: 404, title: 'No code was sent to this phone' },
  'action-not-found': { status: 404, title: 'No such link' },
  'open-pages': { status: 409, title: 'The recipient has open pages' },
  'already-answered': { status: 409, title: 'Already answered' },
  'nothing-to-retry': { status: 409, title: 'Nothing to retry' },
  'nothing-to-verify': { status: 409, title: 'There is no phone to verify' },
  'phone-busy': { status: 409, title: 'A call is on the line' },
  conflict: { status: 409, title: 'Changed at the same time' },
  'code-expired': { status: 410, title: 'The code no longer works' },
  'action-expired': { status: 410, title: 'The link has expired' },
  'precondition-failed': { status: 412, title: 'The record is not the expected one' },
  'body-too-large': { status: 413, title: 'The body is too large' },
  'unsupported-media-type': { status: 415, title: 'Unsupported content type' },
  'idempotency-key-reused': { status: 422, title: 'Idempotency key used with another body' },
  'no-usable-channel': { status: 422, title: 'No usable channel' },
  'code-not-sendable': { status: 422, title: 'The code cannot be sent this way' },
  'wrong-code': { status: 422, title: 'Wrong code' },
  throttled: { status: 429, title: 'Too many requests' },
  'too-many-codes': { status: 429, title: 'Too many codes' },
  internal: { status: 500, title: 'Something went wrong on our side' },
  'code-not-sent': { status: 503, title: 'The code could not be sent' },
  unavailable: { status: 503, title: 'Temporarily unavailable' },
  timeout: { status: 504, title: 'No answer in time' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemName = keyof typeof PROBLEMS;

/** The URI in `type`: a URN, because it names and does not link, and needs no domain. */
export const problemType = <N extends ProblemName>(name: N): `urn:lifeline:problem:${N}` =>
  `urn:lifeline:problem:${name}`;
