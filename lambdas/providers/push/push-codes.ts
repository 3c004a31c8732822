/**
 * What SNS says about push endpoints, as data; the rest is as with texts (`sns-codes.ts`), without the sentences about
 * phones. Source: the SNS API reference of Publish.
 */
import type { Fault } from '../../core/providers/fault.ts';
import { ACCOUNT, DEAD_CONTACT, OUR_BUG, type Properties, RECIPIENT, type Row } from '../faults.ts';
import { callFault } from '../sms/sns-codes.ts';

/** Wrong with the account, but not for every endpoint: the others must not pay with an open circuit. */
const ONE_APP: Properties = { ...ACCOUNT, counts: false, opens: false };

const CODES = new Map<string, Row>([
  ['EndpointDisabled', [DEAD_CONTACT, 'the app was removed or its token has expired']],
  // Of a topic or a deleted endpoint.
  ['NotFound', [DEAD_CONTACT, 'there is no such endpoint']],
  // Its certificate or key has expired: apps of the other platform go on.
  ['PlatformApplicationDisabled', [ONE_APP, "the platform application's credentials are refused"]],
  // Our own grant, or an endpoint of another account, which a recipient's record can name.
  ['AuthorizationError', [ONE_APP, 'not allowed to publish to this endpoint']],
]);

/** What an `InvalidParameter` may be about: the endpoint, or else our message. */
const OF_THE_ENDPOINT = /TargetArn|no endpoint found/i;
/** An endpoint of another region is of no use here, but may be a mistake of the deployment's: it is not called dead. */
const ELSEWHERE = /region/i;

/**
 * A Publish that was answered with an error.
 * @param name the error's code, with or without `Exception`, where the answer had one
 * @param text SNS's words, already masked
 */
export function pushFault(status: number, name: string | undefined, text = ''): Fault {
  const code = name?.replace(/Exception$/, '');
  const known = code === undefined ? undefined : CODES.get(code);
  if (code !== undefined && known) return { ...known[0], code, message: known[1] };
  if (code !== 'InvalidParameter') return callFault(status, code);
  if (!OF_THE_ENDPOINT.test(text)) return { ...OUR_BUG, code, message: 'the message is not valid' };
  const properties = ELSEWHERE.test(text) ? RECIPIENT : DEAD_CONTACT;
  return { ...properties, code, message: 'there is no such endpoint' };
}
