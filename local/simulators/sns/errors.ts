/** SNS's refusals and the reasons in its delivery log, in the shapes of the Query protocol. */
import { randomUUID } from 'node:crypto';
import type { Check } from '../modes.ts';

export interface SnsAnswer {
  status: number;
  /** XML. */
  body: string;
}

const NAMESPACE = 'http://sns.amazonaws.com/doc/2010-03-31/';

/** Code → HTTP status and words; of the sender unless the status is a server's. */
const ERRORS: Record<string, readonly [status: number, text: string]> = {
  AuthorizationError: [403, 'User is not authorized to perform: SNS:Publish'],
  EndpointDisabled: [400, 'Endpoint is disabled'],
  InternalError: [500, 'Internal Error'],
  InvalidAction: [400, 'The action or operation requested is not valid for this endpoint.'],
  InvalidClientTokenId: [403, 'The security token included in the request is invalid.'],
  InvalidParameter: [400, 'Invalid parameter: $'],
  MissingAuthenticationToken: [403, 'Request is missing Authentication Token'],
  NotFound: [404, 'Topic does not exist'],
  PlatformApplicationDisabled: [400, 'Platform application is disabled'],
  OptedOut: [400, 'The phone number is opted out'],
  OptInRequired: [403, 'The AWS Access Key Id needs a subscription for the service'],
  ServiceUnavailable: [503, 'Service is unavailable'],
  Throttled: [429, 'Rate exceeded'],
  Throttling: [400, 'Rate exceeded'],
};

/** What the log's `providerResponse` says, under the codes Lifeline gives it. */
export const REASONS: Record<string, string> = {
  carrier_blocked: 'Blocked as spam by phone carrier',
  carrier_unreachable: 'Phone carrier is currently unreachable/unavailable',
  invalid_number: 'Invalid phone number',
  max_price: 'This delivery would exceed max price',
  opted_out: 'Phone number is opted out',
  phone_unreachable: 'Phone is currently unreachable/unavailable',
  recipient_blocked: 'Phone has blocked SMS',
  spend_limit: 'No quota left for account',
  unknown_error: 'Unknown error attempting to reach phone',
};

/** An error of a call, or a reason of the log. */
export const snsErrorCode: Check = (v) =>
  typeof v === 'string' && (Object.hasOwn(ERRORS, v) || Object.hasOwn(REASONS, v))
    ? undefined
    : `must be one of ${[...Object.keys(ERRORS), ...Object.keys(REASONS)].join(', ')}`;

/** Of a call alone: what became of a notification is told by nobody. */
export const snsPushErrorCode: Check = (v) =>
  typeof v === 'string' && Object.hasOwn(ERRORS, v) ? undefined : `must be one of ${Object.keys(ERRORS).join(', ')}`;

const escapeXml = (text: string) =>
  text.replace(/[<>&'"]/g, (char) => `&#${char.charCodeAt(0)};`).replace(/[^\t\n\r\x20-\ud7ff\ue000-\ufffd]/g, '?');

/** @param about what the text names */
export function snsError(code: string, about = ''): SnsAnswer {
  const [status, text] = ERRORS[code] ?? [400, 'Refused'];
  const type = status >= 500 ? 'Receiver' : 'Sender';
  const message = escapeXml(text.replace('$', () => about));
  const error = `<Type>${type}</Type><Code>${code}</Code><Message>${message}</Message>`;
  const body = `<ErrorResponse xmlns="${NAMESPACE}"><Error>${error}</Error><RequestId>${randomUUID()}</RequestId></ErrorResponse>`;
  return { status, body };
}

/** The answer of an action; `result` is XML. */
export function snsResult(action: string, result: string): SnsAnswer {
  const metadata = `<ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata>`;
  const body = `<${action}Response xmlns="${NAMESPACE}"><${action}Result>${result}</${action}Result>${metadata}</${action}Response>`;
  return { status: 200, body };
}
