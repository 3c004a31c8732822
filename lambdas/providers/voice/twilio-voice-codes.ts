/**
 * What Twilio's codes mean for a call, where they say something else than for a text or nothing at all there. Source:
 * https://www.twilio.com/docs/api/errors. Account, overload and request codes are those of texts.
 */
import type { Fault } from '../../core/providers/fault.ts';
import { DESTINATION, OUR_BUG, OUR_PROVIDER_BUG, RECIPIENT, ROUTE, type Row, SENDER, STOP } from '../faults.ts';
import { callFault as anyCallFault } from '../sms/twilio-codes.ts';

const CODES = new Map<number, Row>([
  [21210, [SENDER, 'the calling number is not ours or not verified']],
  [21212, [SENDER, 'the calling number is not valid']],
  [21213, [SENDER, 'no calling number was given']],
  [21219, [DESTINATION, 'a trial account calls verified numbers only']],
  [21203, [DESTINATION, 'international calls are not enabled']],
  [21215, [DESTINATION, 'calls to the country are not enabled']],
  [13227, [DESTINATION, 'calls to the country are not enabled']],
  [21216, [STOP, 'the number is on a block list']],
  [21214, [RECIPIENT, 'the number cannot be reached']],
  [21217, [RECIPIENT, 'the number is not valid']],
  [13223, [RECIPIENT, 'the number is not valid']],
  [13224, [RECIPIENT, 'the number is not valid']],
  [21201, [OUR_BUG, 'no recipient was given']],
  [21205, [OUR_PROVIDER_BUG, 'the menu URL is refused']],
  [21502, [OUR_PROVIDER_BUG, 'the callback URL is refused']],
  [21609, [OUR_PROVIDER_BUG, 'the callback URL is refused']],
  [21626, [OUR_PROVIDER_BUG, 'the callback events are refused']],
]);

/** A request about a call that was answered with an error. Parameters as in `callFault` of texts. */
export function voiceCallFault(status: number, code: number | undefined, text?: string): Fault {
  const row = code === undefined ? undefined : CODES.get(code);
  if (!row) return anyCallFault(status, code, text);
  return { ...row[0], code: String(code), message: text || row[1] };
}

/**
 * A call that was not answered by a person: busy, not answered, declined (which arrives as one of the two), taken by a
 * machine. It is not tried again, the follow-up rings anew (docs/spec/delivery.md#attempts), and another provider would
 * meet the same silence.
 */
export const noHuman = (words: string): Fault => ({ ...RECIPIENT, code: 'no_human', message: words });

/** A call that could not be put through. The number may be fine: AWS tries it once. */
export const notPutThrough = (code: string): Fault => ({
  ...ROUTE,
  code,
  message: 'the call could not be put through',
});
