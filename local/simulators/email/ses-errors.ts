/** SES's refusals in the shape of its REST API, and why a mail comes back. */
import { randomUUID } from 'node:crypto';
import type { Check } from '../modes.ts';
import { isStatus, type JsonAnswer } from './sendgrid-errors.ts';

/** Error name → HTTP status and words. */
const ERRORS: Record<string, readonly [status: number, text: string]> = {
  AccessDeniedException: [403, 'User is not authorized to perform: ses:SendEmail'],
  AccountSuspendedException: [400, 'Your account is suspended.'],
  BadRequestException: [400, 'The request is not valid.'],
  InternalFailure: [500, 'Internal failure'],
  LimitExceededException: [400, 'Daily message quota exceeded.'],
  MailFromDomainNotVerifiedException: [400, 'The MAIL FROM domain is not verified.'],
  MessageRejected: [400, 'Email address is not verified.'],
  MissingAuthenticationTokenException: [403, 'Missing Authentication Token'],
  NotFoundException: [404, 'The requested resource was not found.'],
  SendingPausedException: [400, 'Sending is paused for this account.'],
  ServiceUnavailable: [503, 'Service is unavailable'],
  TooManyRequestsException: [429, 'Maximum sending rate exceeded.'],
  UnknownOperationException: [404, 'Unknown operation'],
  UnrecognizedClientException: [403, 'The security token included in the request is invalid.'],
};

/** `bounceSubType` → `bounceType`. */
export const BOUNCES: Record<string, string> = {
  ContentRejected: 'Transient',
  MailboxFull: 'Transient',
  MessageTooLarge: 'Transient',
  NoEmail: 'Permanent',
  OnAccountSuppressionList: 'Permanent',
  Suppressed: 'Permanent',
};

/** An error of a call; for what comes back, a bounce's subtype, a server's status or `Rejected`. */
export const sesErrorCode: Check = (v) =>
  isStatus(v) || (typeof v === 'string' && (Object.hasOwn(ERRORS, v) || Object.hasOwn(BOUNCES, v) || v === 'Rejected'))
    ? undefined
    : `must be one of ${[...Object.keys(ERRORS), ...Object.keys(BOUNCES), 'Rejected'].join(', ')} or a status such as 5.1.1`;

export function sesError(name: string, message?: string): JsonAnswer {
  const [status, text] = ERRORS[name] ?? [400, 'Refused'];
  return { ...sesAnswer(status, { message: message ?? text }, { 'x-amzn-ErrorType': name }) };
}

export const sesAnswer = (status: number, body: unknown, headers = {}): JsonAnswer => ({
  status,
  body,
  headers: { 'x-amzn-RequestId': randomUUID(), ...headers },
});
