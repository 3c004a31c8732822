/**
 * Twilio's error codes as data: what each says about the provider, the account, the sender or the recipient, and the
 * four properties that decide what we do (docs/spec/delivery.md#failover). Source:
 * https://www.twilio.com/docs/api/errors and the contract; a code we do not know takes a default that depends on when
 * it came.
 */
import type { Fault } from '../../core/providers/fault.ts';
import {
  ACCOUNT,
  BUSY,
  byStatus,
  DESTINATION,
  GUARD,
  OPTED_OUT,
  OUR_BUG,
  OUR_PROVIDER_BUG,
  OVERLOAD,
  RECIPIENT,
  ROUTE,
  type Row,
  SENDER,
  THIS_TIME,
  UNKNOWN,
} from '../faults.ts';

const CODES = new Map<number, Row>([
  [10001, [ACCOUNT, 'the account is not active']],
  [20003, [ACCOUNT, 'authentication failed']],
  [20005, [ACCOUNT, 'the account is not active']],
  [20006, [ACCOUNT, 'access denied']],
  [20008, [ACCOUNT, 'test credentials cannot do this']],
  [20010, [ACCOUNT, 'the account is suspended']],
  [30002, [ACCOUNT, 'the account is suspended']],
  [30037, [ACCOUNT, 'outbound messaging is disabled']],
  [60728, [ACCOUNT, "the account's hourly limit is reached"]],
  [63038, [ACCOUNT, "the account's daily limit is reached"]],

  [20429, [OVERLOAD, 'too many requests']],
  [20500, [OVERLOAD, 'internal server error']],
  [20503, [OVERLOAD, 'service unavailable']],
  [10004, [BUSY, 'concurrency limit exceeded']],
  [21611, [BUSY, "the sender's queue is full"]],
  [30001, [BUSY, 'queue overflow']],
  [30017, [BUSY, 'carrier network congestion']],
  [30022, [BUSY, '10DLC rate limit exceeded']],

  [21612, [ROUTE, 'the number cannot be reached from this sender']],
  [30003, [ROUTE, 'the handset is unreachable']],
  [30008, [ROUTE, 'unknown carrier error']],
  [30020, [ROUTE, 'internal failure']],
  [30021, [ROUTE, 'internal failure']],
  [30036, [ROUTE, 'the validity period ended in the queue']],
  [30047, [ROUTE, "Twilio's Compliance Toolkit could not put the text off"]],
  [30410, [ROUTE, 'the carrier timed out']],
  [30500, [ROUTE, 'the carrier failed']],

  [21212, [SENDER, 'the sender is not a valid number or sender id']],
  [21601, [SENDER, 'the sender cannot send texts']],
  [21603, [SENDER, 'no sender was given']],
  [21606, [SENDER, 'the sender is not a text-capable number of this account']],
  [21659, [SENDER, 'the sender is not a Twilio number']],
  [21660, [SENDER, 'the sender does not belong to this account']],
  [21703, [SENDER, 'the messaging service has no sender']],
  [21704, [SENDER, 'the messaging service has no usable sender']],
  [21705, [SENDER, 'the messaging service is invalid']],

  // Carriers of the USA alone refuse these: the same sender still reaches every other carrier and country.
  [30023, [DESTINATION, "the brand's daily limit at this carrier is reached"]],
  [30027, [DESTINATION, "the campaign's daily limit at this carrier is reached"]],
  [30032, [DESTINATION, 'the toll-free sender is not verified']],
  [30033, [DESTINATION, 'the 10DLC campaign is suspended']],
  [30034, [DESTINATION, 'the sender is not registered for 10DLC']],
  [30035, [DESTINATION, 'the sender is not ready for 10DLC']],
  [21215, [DESTINATION, 'the country is not enabled']],
  [21408, [DESTINATION, 'the country is not enabled']],
  [21608, [DESTINATION, 'a trial account reaches verified numbers only']],
  [30018, [DESTINATION, 'the carrier wants registered sender ids']],
  [30024, [DESTINATION, 'the carrier does not know this numeric sender']],

  [21211, [RECIPIENT, 'the number is invalid']],
  [21214, [RECIPIENT, 'the number cannot be reached']],
  [21217, [RECIPIENT, 'the number is invalid']],
  [21265, [RECIPIENT, 'the number is a short code']],
  [21614, [RECIPIENT, 'the number is not a mobile number']],
  [21635, [RECIPIENT, 'the number is a landline']],
  [30004, [RECIPIENT, 'the recipient or the carrier blocks it']],
  [30005, [RECIPIENT, 'the number is unknown']],
  [30006, [RECIPIENT, 'the number is a landline or its carrier is unreachable']],

  [21610, [OPTED_OUT, 'the recipient has opted out']],
  [30007, [THIS_TIME, 'filtered as unwanted']],
  // A block of 15 to 30 minutes by a guess of Twilio's, and pages go to verified phones only.
  [30450, [GUARD, 'blocked as suspected pumping']],

  [21602, [OUR_BUG, 'the text is empty']],
  [21604, [OUR_BUG, 'no recipient was given']],
  [21617, [OUR_BUG, 'the text is too long']],
  [21620, [OUR_BUG, 'invalid media']],
  [21654, [OUR_BUG, 'invalid content']],
  [21655, [OUR_BUG, 'invalid content']],
  [21656, [OUR_BUG, 'invalid content variables']],
  [30012, [OUR_BUG, 'the validity period is too short']],
  [30013, [OUR_BUG, 'the validity period is too long']],
  [90007, [OUR_BUG, 'the validity period is invalid']],
  [21609, [OUR_PROVIDER_BUG, 'the callback URL is refused']],
  [21624, [OUR_PROVIDER_BUG, 'the validity period is invalid']],
]);

/**
 * Twilio's Compliance Toolkit has put the text off to an hour that the recipient's state allows: by then it wakes
 * nobody in time. It counts as not taken, and a rule of our own account is not the person's will, so the standby may
 * text.
 */
export const PUT_OFF: Fault = { ...GUARD, code: 'scheduled', message: "put off by Twilio's Compliance Toolkit" };

/**
 * What ends a delivery after it was accepted; every other undelivered code fails over once
 * (docs/spec/delivery.md#after-sent).
 */
const FINAL_LATER = new Set([21610, 30004, 30005, 30006, 30007]);

/**
 * A create call that was answered with an error.
 * @param code Twilio's code, where the answer had one
 * @param text Twilio's words, already masked; ours are used without them
 */
export function callFault(status: number, code: number | undefined, text?: string): Fault {
  const [properties, words] = (code !== undefined && CODES.get(code)) || byStatus(status);
  return { ...properties, code: code === undefined ? `http_${status}` : String(code), message: text || words };
}

/**
 * A message that was accepted and then came back.
 * @param status Twilio's word for it, used as code where none came with it
 */
export function laterFault(status: string, code: number | undefined): Fault {
  const other: Row = [code === undefined ? ROUTE : UNKNOWN, `came back ${status}`];
  const [properties, words] = (code !== undefined && CODES.get(code)) || other;
  const final = code !== undefined && FINAL_LATER.has(code);
  return { ...properties, failsOver: !final, code: code === undefined ? status : String(code), message: words };
}
