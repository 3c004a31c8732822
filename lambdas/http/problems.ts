/**
 * The catalogue of problem types (docs/spec/api.md#problems): name, status and title. What each means and what to do
 * about it is in docs/problems.md. A name never changes its meaning and is never used again for another.
 *
 * `detail` says what to do where no one knows more about the occurrence: for what the gateway refuses by itself, and
 * for what a handler has nothing to add to. API Gateway reads it as a template, so it has no `$` and no `#`.
 */
export const PROBLEMS = {
  'invalid-request': {
    status: 400,
    title: 'The request is not valid',
    detail:
      'The gateway could not read the request. Compare its path, percent-encoding and headers with docs/openapi.yaml.',
  },
  'invalid-json': {
    status: 400,
    title: 'The body is not JSON',
    detail: 'The body is not JSON. Check quoting and commas; with curl, send a file with --data-binary @file.',
  },
  unauthorized: {
    status: 401,
    title: 'Missing or bad token',
    detail: 'Send a token that is valid now as Authorization: Bearer <token>; one that has expired has to be got anew.',
  },
  'missing-scope': { status: 403, title: 'Missing scope' },
  'access-denied': {
    status: 403,
    title: 'Access denied',
    detail: 'The gateway refused the call before it reached the API. Ask who operates this installation.',
  },
  'country-not-served': { status: 403, title: 'No codes are sent to that country' },
  'bad-signature': {
    status: 403,
    title: 'Signature refused',
    detail:
      'The signature is missing or wrong, and nothing was changed. Compare the public base URL and the secret configured here with those of the provider.',
  },
  'route-not-found': {
    status: 404,
    title: 'No such route',
    detail: 'There is no such method and path. Compare both with docs/openapi.yaml; paths begin with /api.',
  },
  'notification-not-found': { status: 404, title: 'No such notification' },
  'recipient-not-found': { status: 404, title: 'No such recipient' },
  'incident-not-found': { status: 404, title: 'No such incident' },
  'window-not-found': { status: 404, title: 'No such maintenance window' },
  'provider-not-found': { status: 404, title: 'No such provider' },
  'redrive-not-found': { status: 404, title: 'No such redrive' },
  'callback-not-found': {
    status: 404,
    title: 'No such message',
    detail:
      'The signature is good and the message is not ours; nothing was changed. Look for another installation that uses the same account.',
  },
  'no-code': { status: 404, title: 'No code was sent to this phone' },
  'action-not-found': { status: 404, title: 'No such link' },
  'open-pages': { status: 409, title: 'The recipient has open pages' },
  'already-answered': { status: 409, title: 'Already answered' },
  'nothing-to-retry': { status: 409, title: 'Nothing to retry' },
  superseded: { status: 409, title: 'A louder page took its place' },
  'retried-too-often': { status: 409, title: 'Retried too often' },
  'nothing-to-verify': { status: 409, title: 'There is no phone to verify' },
  'phone-busy': { status: 409, title: 'A call is on the line' },
  conflict: {
    status: 409,
    title: 'Changed at the same time',
    detail:
      'Others changed the record at the same time, several times in a row, and nothing was changed by this request. Repeat it.',
  },
  'code-expired': { status: 410, title: 'The code no longer works' },
  'action-expired': { status: 410, title: 'The link has expired' },
  'precondition-failed': { status: 412, title: 'The record is not the expected one' },
  'body-too-large': {
    status: 413,
    title: 'The body is too large',
    detail:
      'A body may have 32 KB, that of a batch 256 KB, of a webhook 1 MB. Shorten incident.description and link to the rest with incident.url.',
  },
  'unsupported-media-type': {
    status: 415,
    title: 'Unsupported content type',
    detail: 'Send JSON in UTF-8, with the header Content-Type: application/json.',
  },
  'idempotency-key-reused': { status: 422, title: 'Idempotency key used with another body' },
  'no-usable-channel': { status: 422, title: 'No usable channel' },
  'code-not-sendable': { status: 422, title: 'The code cannot be sent this way' },
  'wrong-code': { status: 422, title: 'Wrong code' },
  throttled: {
    status: 429,
    title: 'Too many requests',
    detail: 'There are too many requests at once. Repeat this one after as many seconds as Retry-After says.',
  },
  'too-many-codes': { status: 429, title: 'Too many codes' },
  internal: {
    status: 500,
    title: 'Something went wrong on our side',
    detail:
      'Send it once more, with the same Idempotency-Key; should it fail again, page by other means and report the instance.',
  },
  'code-not-sent': { status: 503, title: 'The code could not be sent' },
  unavailable: {
    status: 503,
    title: 'Temporarily unavailable',
    detail:
      'Repeat after as many seconds as Retry-After says, with the same Idempotency-Key: that completes the request and never pages twice.',
  },
  timeout: {
    status: 504,
    title: 'No answer in time',
    detail: 'Repeat with the same Idempotency-Key: that completes the request and never pages twice.',
  },
} as const satisfies Record<string, { status: number; title: string; detail?: string }>;

export type ProblemName = keyof typeof PROBLEMS;
/** Problems that say what to do by themselves. */
export type SelfExplaining = {
  [N in ProblemName]: (typeof PROBLEMS)[N] extends { detail: string } ? N : never;
}[ProblemName];

/** The URI in `type`: a URN, because it names and does not link, and needs no domain. */
export const problemType = <N extends ProblemName>(name: N): `urn:lifeline:problem:${N}` =>
  `urn:lifeline:problem:${name}`;
