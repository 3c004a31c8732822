/**
 * SES's refusals as data (docs/spec/delivery.md#failover). A call is refused with an error name, a mail that was
 * accepted comes back through an event. Sources: the SendEmail page and the common errors of the SES v2 API reference,
 * and "Contents of event data" in the SES developer guide.
 */
import type { Fault } from '../../core/providers/fault.ts';
import {
  ACCOUNT,
  byStatus,
  DEAD_CONTACT,
  DESTINATION,
  OUR_BUG,
  OUR_PROVIDER_BUG,
  OVERLOAD,
  RECIPIENT,
  ROUTE,
  type Row,
  SENDER,
} from '../faults.ts';
import { bounced, enhancedStatus } from './bounces.ts';

const REFUSED: Row = [ACCOUNT, 'credentials or account refused'];
const THROTTLED: Row = [OVERLOAD, 'too many requests'];
const BROKEN: Row = [OVERLOAD, 'the provider failed'];
const WRONG: Row = [OUR_BUG, 'the request is not valid'];

/** By error name, without the `Exception` that modelled errors end in. */
const CODES = new Map<string, Row>([
  ['AccountSuspended', [ACCOUNT, 'the account is suspended']],
  ['SendingPaused', [ACCOUNT, 'sending is paused']],
  ['LimitExceeded', [ACCOUNT, "a limit of the account's is reached"]],
  ['OptInRequired', [ACCOUNT, 'the account is not active']],
  ['AccessDenied', REFUSED],
  ['ExpiredToken', REFUSED],
  ['IncompleteSignature', REFUSED],
  ['InvalidClientTokenId', REFUSED],
  ['InvalidSignature', REFUSED],
  ['MissingAuthenticationToken', REFUSED],
  ['NotAuthorized', REFUSED],
  ['RequestExpired', REFUSED],
  ['SignatureDoesNotMatch', REFUSED],
  ['UnrecognizedClient', REFUSED],
  ['TooManyRequests', THROTTLED],
  ['Throttling', THROTTLED],
  ['RequestLimitExceeded', THROTTLED],
  ['InternalFailure', BROKEN],
  ['InternalServiceError', BROKEN],
  ['InternalServerError', BROKEN],
  ['InternalServer', BROKEN],
  ['ServiceUnavailable', BROKEN],
  ['MailFromDomainNotVerified', [SENDER, 'the MAIL FROM domain is not verified']],
  // The configuration set, which no other provider has.
  ['NotFound', [OUR_PROVIDER_BUG, 'the configuration set does not exist']],
  ['MessageRejected', WRONG],
  ['BadRequest', WRONG],
  ['Validation', WRONG],
  ['ValidationError', WRONG],
]);

/**
 * What the words say where the name does not: SES uses the same names for the message, the sender and the recipient.
 */
const SENTENCES: readonly (readonly [pattern: RegExp, code: string, row: Row])[] = [
  [/daily (message|sending) quota/i, 'daily_quota', [ACCOUNT, "the account's daily quota is used up"]],
  [/sending (is |has been )?(paused|disabled)/i, 'sending_paused', [ACCOUNT, 'sending is paused']],
  [
    /missing final '@domain'|illegal address|missing '<|(domain|local address|address) (contains|ends with|starts with)/i,
    'invalid_address',
    [RECIPIENT, 'the address is not valid'],
  ],
];

/**
 * A SendEmail call that was answered with an error.
 * @param name the error's name, with or without `Exception`, where the answer had one
 * @param text SES's words, already masked
 * @param namesSender whether the words named our own address
 */
export function callFault(status: number, name: string | undefined, text = '', namesSender = false): Fault {
  const code = /^\w{1,64}$/.test(name ?? '') && name !== 'Unknown' ? name?.replace(/Exception$/, '') : undefined;
  const known = code === undefined ? undefined : CODES.get(code);
  if (known === WRONG || known === THROTTLED) {
    if (/not verified/i.test(text)) return notVerified(text, namesSender);
    const told = SENTENCES.find(([pattern]) => pattern.test(text));
    if (told) return { ...told[2][0], code: told[1], message: text };
  }
  const [properties, words] = known ?? byStatus(status);
  // The words of an answer nobody knows (a proxy's page) tell a person nothing.
  return { ...properties, code: code ?? `http_${status}`, message: (code && text) || words };
}

/** An account in the sandbox reaches verified recipients only, which is its limit and not the recipient's. */
const notVerified = (text: string, isSender: boolean): Fault =>
  isSender
    ? { ...SENDER, code: 'sender_not_verified', message: text }
    : { ...DESTINATION, code: 'recipient_not_verified', message: text };

/** A bounce's `bounceSubType` that tells more than the receiving server's status. */
const BOUNCE_SUBTYPES = new Map<string, readonly [code: string, ...Row]>([
  ['NoEmail', ['no_email', DEAD_CONTACT, 'the address does not exist']],
  ['Suppressed', ['suppressed', ROUTE, "on SES's list of addresses that bounced"]],
  ['OnAccountSuppressionList', ['suppressed', ROUTE, "on the account's suppression list"]],
  ['UnsubscribedRecipient', ['unsubscribed', DEAD_CONTACT, 'the recipient has unsubscribed']],
  ['MailboxFull', ['mailbox_full', ROUTE, 'the mailbox is full']],
  ['MessageTooLarge', ['message_too_large', ROUTE, 'the message is too large']],
  ['ContentRejected', ['content_rejected', ROUTE, 'the content was refused']],
]);

/**
 * A mail that was accepted and came back: anything but a word about the recipient fails over once
 * (docs/spec/delivery.md#after-sent).
 */
export function bounceFault(bounceType: unknown, subType: unknown, serverStatus: unknown): Fault {
  const known = typeof subType === 'string' ? BOUNCE_SUBTYPES.get(subType) : undefined;
  if (known) return later(...known);
  const status = enhancedStatus(serverStatus);
  const type = bounceType === 'Permanent' ? 'permanent' : bounceType === 'Transient' ? 'transient' : 'undetermined';
  return later(status ?? `bounce_${type}`, ...bounced(type === 'permanent' ? status : undefined, false));
}

/** The subtypes of a complaint that SES raises itself, for a mail that it accepted and never tried to deliver. */
const NOT_TRIED = new Set(['Suppressed', 'OnAccountSuppressionList']);

/**
 * What a complaint says of its mail: a mail that never left SES is undelivered, like the bounce of the same subtype.
 * Undefined for the complaint of a person, who has received the mail.
 * @param subType the complaint's `complaintSubType`; null for a complaint that a mailbox provider reported
 */
export const complaintFault = (subType: unknown): Fault | undefined =>
  typeof subType === 'string' && NOT_TRIED.has(subType) ? bounceFault(undefined, subType, undefined) : undefined;

/** SES could not fill in a template, so it never sent the mail. Lifeline's mails have none today. */
export const renderingFault = (): Fault => later('rendering_failed', OUR_BUG, 'SES could not render the mail');

/** SES found a virus in it. */
export const rejectFault = (): Fault => later('rejected', OUR_BUG, 'rejected by SES for its content');

function later(code: string, properties: Row[0], message: string): Fault {
  return { ...properties, failsOver: properties.class !== 'recipient_permanent', code, message };
}
