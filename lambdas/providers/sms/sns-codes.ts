/**
 * SNS's refusals as data (docs/spec/delivery.md#failover). A Publish call is refused with an error code; a text that
 * was accepted comes back through the delivery log with a sentence and no code. Sources: the SNS API reference, "SMS
 * delivery failure reasons" in the SNS developer guide, and the reasons of AWS End User Messaging, which carries the
 * texts of SNS. What depends on recipient or country never counts and takes no sender away.
 */
import type { FaultClass } from '../../core/page/page.ts';
import type { Fault } from '../../core/providers/fault.ts';
import {
  ACCOUNT,
  byStatus,
  DESTINATION,
  OPTED_OUT,
  OUR_BUG,
  OVERLOAD,
  RECIPIENT,
  ROUTE,
  type Row,
  SENDER,
  THIS_TIME,
  UNKNOWN,
} from '../faults.ts';

const REFUSED: Row = [ACCOUNT, 'credentials or account refused'];
const THROTTLED: Row = [OVERLOAD, 'too many requests'];
const BROKEN: Row = [OVERLOAD, 'the provider failed'];
const WRONG: Row = [OUR_BUG, 'the request is not valid'];

/** By error code, without the `Exception` that modelled errors end in: `Throttling` comes both ways. */
const CODES = new Map<string, Row>([
  ['Throttling', THROTTLED],
  ['Throttled', THROTTLED],
  ['RequestLimitExceeded', THROTTLED],
  ['TooManyRequests', THROTTLED],
  ['InternalError', BROKEN],
  ['InternalFailure', BROKEN],
  ['InternalServerError', BROKEN],
  ['InternalServer', BROKEN],
  ['ServiceUnavailable', BROKEN],
  ['AccessDenied', REFUSED],
  ['AuthorizationError', REFUSED],
  ['ExpiredToken', REFUSED],
  ['IncompleteSignature', REFUSED],
  ['InvalidClientTokenId', REFUSED],
  ['InvalidSecurity', REFUSED],
  ['MissingAuthenticationToken', REFUSED],
  ['OptInRequired', [ACCOUNT, 'the account is not active']],
  ['RequestExpired', REFUSED],
  ['SignatureDoesNotMatch', REFUSED],
  ['UnrecognizedClient', REFUSED],
  ['OptedOut', [OPTED_OUT, 'the recipient has opted out']],
  ['InvalidParameter', WRONG],
  ['InvalidParameterValue', WRONG],
  ['ParameterValueInvalid', WRONG],
  ['MissingParameter', WRONG],
  ['InvalidAction', WRONG],
  ['ValidationError', WRONG],
  ['Validation', WRONG],
]);

/** By what the sentence says, in small letters and with blanks for underscores. The first that matches counts. */
const SENTENCES: readonly (readonly [pattern: RegExp, code: string, row: Row])[] = [
  [/opted out/, 'opted_out', [OPTED_OUT, 'the recipient has opted out']],
  [/blocked as spam|carrier has blocked/, 'carrier_blocked', [THIS_TIME, 'filtered as unwanted']],
  [/protect configuration|country blocked/, 'protect_blocked', [THIS_TIME, 'blocked by a protect configuration']],
  [/daily destination|destination\b.* limit/, 'daily_limit', [THIS_TIME, "the number's daily limit is reached"]],
  [
    /phone has blocked|on a (blocked|black) ?list|blacklisted/,
    'recipient_blocked',
    [RECIPIENT, 'the recipient or the carrier blocks it'],
  ],
  [/invalid phone ?number|not valid to publish to/, 'invalid_number', [RECIPIENT, 'the number is invalid']],
  [/no quota left|spend(ing)? (limit|quota)/, 'spend_limit', [ACCOUNT, 'the monthly spending limit is reached']],
  [/account (is )?(disabled|suspended|closed)/, 'account_disabled', [ACCOUNT, 'the account is not active']],
  [/exceed max price/, 'max_price', [DESTINATION, 'dearer than the highest price allowed']],
  [/carrier is currently un/, 'carrier_unreachable', [ROUTE, 'the carrier is unreachable']],
  [/phone is currently un/, 'phone_unreachable', [ROUTE, 'the handset is unreachable']],
  [/rate exceeded/, 'rate_exceeded', THROTTLED],
  [/message body is invalid|message too long|empty message/, 'invalid_body', [OUR_BUG, 'the text is not valid']],
  // A sandbox reaches verified numbers only; an origination identity is what some countries ask for.
  [/not verified|sandbox/, 'not_verified', [DESTINATION, 'a sandbox account reaches verified numbers only']],
  [
    /no origination|origination identit/,
    'no_origination_identity',
    [DESTINATION, 'the country wants a registered sender'],
  ],
  [
    /sender id (requires|(is )?not (registered|supported))/,
    'sender_id_not_registered',
    [DESTINATION, 'the country wants a registered sender id'],
  ],
  [/sender ?id/, 'sender_id', [SENDER, 'the sender id is refused']],
  [/country|region/, 'country', [DESTINATION, 'the country is not enabled']],
  [/unknown error/, 'unknown_error', [ROUTE, 'unknown carrier error']],
];

const bySentence = (text: string) => {
  const plain = text.toLowerCase().replaceAll('_', ' ');
  return SENTENCES.find(([pattern]) => pattern.test(plain));
};

/**
 * A Publish call that was answered with an error.
 * @param name the error's code, with or without `Exception`, where the answer had one
 * @param text SNS's words, already masked
 */
export function callFault(status: number, name: string | undefined, text = ''): Fault {
  const code = /^\w{1,64}$/.test(name ?? '') && name !== 'Unknown' ? name?.replace(/Exception$/, '') : undefined;
  const known = code === undefined ? undefined : CODES.get(code);
  // Codes for anything that may be wrong with a request, and codes we do not know: only the words tell.
  const isGeneral = known === WRONG || (!known && status >= 400 && status < 500 && status !== 429);
  const told = isGeneral ? bySentence(text) : undefined;
  if (told) return { ...told[2][0], code: told[1], message: text };
  const [properties, words] = known ?? byStatus(status);
  // The words of an answer nobody knows (a proxy's page) tell a person nothing.
  return { ...properties, code: code ?? `http_${status}`, message: (code && text) || words };
}

const FINAL_LATER: ReadonlySet<FaultClass> = new Set(['recipient_permanent', 'refused_this_time', 'opted_out']);

/**
 * A text that was accepted and did not arrive: anything but a word about the recipient fails over once
 * (docs/spec/delivery.md#after-sent).
 * @param text the log's `providerResponse`
 */
export function laterFault(text: string): Fault {
  const other: Row = text.trim() === '' ? [ROUTE, 'came back undelivered'] : [UNKNOWN, 'came back undelivered'];
  const [, code, [properties, words]] = bySentence(text) ?? ['', 'undelivered', other];
  const final = FINAL_LATER.has(properties.class);
  return { ...properties, failsOver: !final, code, message: words };
}
