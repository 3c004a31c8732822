/**
 * Refusals of AWS End User Messaging as data (docs/spec/delivery.md#failover). An error has a name, and most have a
 * reason that says more. Source: the API reference of pinpoint-sms-voice-v2 (SendVoiceMessage, and the `…Reason`
 * types). What depends on recipient or country never counts and takes no sender away.
 */
import type { Fault } from '../../core/providers/fault.ts';
import {
  ACCOUNT,
  byStatus,
  DESTINATION,
  OUR_BUG,
  OVERLOAD,
  RECIPIENT,
  type Row,
  SENDER,
  THIS_TIME,
  UNKNOWN,
} from '../faults.ts';

const REFUSED: Row = [ACCOUNT, 'credentials or account refused'];
const WRONG: Row = [OUR_BUG, 'the request is not valid'];
const NEW_REASON: Row = [UNKNOWN, 'refused for a reason that Lifeline does not know'];
const NO_ORIGIN: Row = [SENDER, 'the origination identity cannot call'];
const SANDBOX: Row = [DESTINATION, 'a sandbox account calls verified numbers only'];

const REASONS = new Map<string, Row>([
  ['ACCOUNT_DISABLED', [ACCOUNT, 'the account is disabled']],
  ['INSUFFICIENT_ACCOUNT_REPUTATION', [ACCOUNT, "the account's reputation is insufficient"]],
  ['MONTHLY_SPEND_LIMIT_REACHED_FOR_VOICE', [ACCOUNT, 'the monthly spending limit is reached']],
  ['DAILY_DESTINATION_CALL_LIMIT', [THIS_TIME, "the number's daily limit is reached"]],
  // Of calls by AWS only: it says nothing about texts, so it is no opt-out of ours.
  ['DESTINATION_PHONE_NUMBER_OPTED_OUT', [RECIPIENT, 'the recipient has opted out of these calls']],
  ['DESTINATION_PHONE_NUMBER_BLOCKED_BY_PROTECT_NUMBER_OVERRIDE', [THIS_TIME, 'blocked by a protect configuration']],
  ['DESTINATION_COUNTRY_BLOCKED_BY_PROTECT_CONFIGURATION', [THIS_TIME, 'blocked by a protect configuration']],
  ['DESTINATION_PHONE_NUMBER_NOT_VERIFIED', SANDBOX],
  ['COUNTRY_NOT_ENABLED', [DESTINATION, 'the country is not enabled']],
  ['DESTINATION_COUNTRY_BLOCKED', [DESTINATION, 'the country is not enabled']],
  ['INTERNATIONAL_SENDING_NOT_SUPPORTED', [DESTINATION, 'this number calls its own country only']],
  ['INVALID_IDENTITY_FOR_DESTINATION_COUNTRY', [DESTINATION, 'the country wants another calling number']],
  ['PRICE_OVER_THRESHOLD', [DESTINATION, 'dearer than the highest price allowed']],
  ['CHANNEL_NOT_ENABLED', NO_ORIGIN],
  ['NO_ORIGINATION_IDENTITIES_FOUND', NO_ORIGIN],
  ['NUMBER_CAPABILITIES_MISMATCH', NO_ORIGIN],
  ['MESSAGE_TYPE_MISMATCH', NO_ORIGIN],
  ['RESOURCE_NOT_ACTIVE', NO_ORIGIN],
  ['RESOURCE_NOT_ACCESSIBLE', NO_ORIGIN],
  ['VOICE_CAPABILITY_NOT_AVAILABLE', NO_ORIGIN],
  ['CANNOT_PARSE', WRONG],
  ['FIELD_VALIDATION_FAILED', WRONG],
  ['INVALID_ARN', WRONG],
  ['INVALID_PARAMETER', WRONG],
  ['INVALID_REQUEST', WRONG],
  ['MAXIMUM_SIZE_EXCEEDED', WRONG],
  ['MISSING_PARAMETER', WRONG],
  ['PARAMETERS_CANNOT_BE_USED_TOGETHER', WRONG],
  ['UNSPECIFIED_PARAMETER_NOT_SUPPORTED', WRONG],
  ['UNKNOWN_OPERATION', WRONG],
]);

/** Without the `Exception` that modelled errors end in. */
const NAMES = new Map<string, Row>([
  ['Throttling', [OVERLOAD, 'too many requests']],
  ['InternalServer', [OVERLOAD, 'the provider failed']],
  ['InternalFailure', [OVERLOAD, 'the provider failed']],
  ['ServiceUnavailable', [OVERLOAD, 'the provider failed']],
  ['AccessDenied', REFUSED],
  ['ExpiredToken', REFUSED],
  ['IncompleteSignature', REFUSED],
  ['InvalidSignature', REFUSED],
  ['MissingAuthenticationToken', REFUSED],
  ['OptInRequired', REFUSED],
  ['UnrecognizedClient', REFUSED],
  ['ServiceQuotaExceeded', [ACCOUNT, 'a quota of the account is reached']],
  ['ResourceNotFound', NO_ORIGIN],
  ['Conflict', NO_ORIGIN],
  ['Validation', WRONG],
  ['UnknownOperation', WRONG],
  ['Serialization', WRONG],
]);

/** Names of anything that may be wrong: the reason alone tells, and without one the name stands for what it says. */
const GENERAL: ReadonlySet<string> = new Set(['Validation', 'Conflict']);

/**
 * A request that was answered with an error.
 * @param name the error's name, with or without `Exception`, where the answer had one
 * @param reason what stands in `Reason`
 * @param text AWS's words, already masked
 */
export function awsVoiceFault(status: number, name: string | undefined, reason?: string, text?: string): Fault {
  const isWord = (word: string | undefined): word is string => /^\w{1,80}$/.test(word ?? '') && word !== 'Unknown';
  const plain = isWord(name) ? name.replace(/Exception$/, '') : undefined;
  const isNewReason = isWord(reason) && plain !== undefined && GENERAL.has(plain);
  const told = (reason && REASONS.get(reason)) || (isNewReason ? NEW_REASON : plain && NAMES.get(plain));
  const [properties, words] = told || byStatus(status);
  const code = isWord(reason) ? reason : plain;
  return { ...properties, code: code ?? `http_${status}`, message: (code && text) || words };
}
