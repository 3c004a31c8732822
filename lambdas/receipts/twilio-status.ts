import { parseCallbackRef } from '../core/page/callback-ref.ts';
import type { Report } from '../core/receipts/ports.ts';
import type { Form, Handler } from '../http/http.ts';
import { invalid, Problem } from '../http/problem.ts';
import { validTwilioSignature } from '../providers/twilio-signature.ts';
import type { ReceiveReceipt } from '../use-cases/receive-receipt.ts';

export interface TwilioStatusDeps {
  receiveReceipt: ReceiveReceipt;
  /** Auth token of the account, undefined for accounts that are not ours. */
  authTokenOf: (accountSid: string) => Promise<string | undefined>;
  publicBaseUrl: string;
}

/** What Twilio reports on. */
interface Subject {
  channel: 'sms' | 'voice';
  /** Undefined where the form tells nothing of one we sent. */
  parse: (form: Form) => Report | undefined;
  /** What is wrong then. */
  unreadable: { path: string; message: string };
}

/**
 * POST /webhooks/twilio/{sms|voice}/status/{ref}: the signature first, then whether we know the send, then the change.
 * Repeats and late news answer 204 too, or Twilio would go on repeating them.
 */
export function createTwilioStatus(
  { receiveReceipt, authTokenOf, publicBaseUrl }: TwilioStatusDeps,
  { channel, parse, unreadable }: Subject,
): Handler {
  return async ({ params: { ref: segment = '' }, body, headers }) => {
    const form = (body ?? {}) as Form;
    const { AccountSid: accountSid } = form;
    const authToken = typeof accountSid === 'string' ? await authTokenOf(accountSid) : undefined;
    // From configuration and route, never from the Host header: that is the caller's to choose.
    const url = `${publicBaseUrl}/webhooks/twilio/${channel}/status/${segment}`;
    const signature = headers['x-twilio-signature'];
    if (!authToken || !validTwilioSignature({ authToken, url, form, signature })) throw new Problem('bad-signature');

    const receipt = parse(form);
    if (!receipt) throw invalid(unreadable);
    const ref = parseCallbackRef(segment);
    if (ref?.channel !== channel) throw new Problem('callback-not-found');
    if ((await receiveReceipt(ref, receipt)) === 'unknown') throw new Problem('callback-not-found');
    return { status: 204 };
  };
}
