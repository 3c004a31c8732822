import { parseCallbackRef } from '../core/callback-ref.ts';
import type { ReceiveReceipt } from '../operations/receive-receipt.ts';
import { validTwilioSignature } from '../providers/twilio-signature.ts';
import { parseCallStatus } from '../providers/voice/twilio-voice-receipts.ts';
import type { Form, Handler } from '../runtime/http.ts';
import { invalid, Problem } from '../runtime/problem.ts';

interface Deps {
  receiveReceipt: ReceiveReceipt;
  /** Auth token of the account, undefined for accounts that are not ours. */
  authTokenOf: (accountSid: string) => Promise<string | undefined>;
  publicBaseUrl: string;
}

/**
 * POST /webhooks/twilio/voice/status/{ref}: the signature first, then whether we know the call, then the change. Repeats
 * and late news answer 204 too, or Twilio would go on repeating them.
 */
export function createTwilioVoiceStatus({ receiveReceipt, authTokenOf, publicBaseUrl }: Deps): Handler {
  return async ({ params: { ref: segment = '' }, body, headers }) => {
    const form = (body ?? {}) as Form;
    const { AccountSid: accountSid } = form;
    const authToken = typeof accountSid === 'string' ? await authTokenOf(accountSid) : undefined;
    // From configuration and route, never from the Host header: that is the caller's to choose.
    const url = `${publicBaseUrl}/webhooks/twilio/voice/status/${segment}`;
    const signature = headers['x-twilio-signature'];
    if (!authToken || !validTwilioSignature({ authToken, url, form, signature })) throw new Problem('bad-signature');

    const receipt = parseCallStatus(form);
    if (!receipt) throw invalid({ path: 'CallStatus', message: 'is no status of a call' });
    const ref = parseCallbackRef(segment);
    if (ref?.channel !== 'voice') throw new Problem('callback-not-found');
    if ((await receiveReceipt(ref, receipt)) === 'unknown') throw new Problem('callback-not-found');
    return { status: 204 };
  };
}
