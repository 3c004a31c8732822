import type { ApiRequest, ApiResponse, Form } from '../http/http.ts';
import { invalid, Problem } from '../http/problem.ts';
import { validTwilioSignature } from '../providers/twilio-signature.ts';
import { callSidOf } from '../providers/voice/twilio-voice-receipts.ts';

/** Auth token of the account, undefined for accounts that are not ours. */
export type AuthTokenOf = (accountSid: string) => Promise<string | undefined>;

/** What a request in a call says. */
export interface CallEvent {
  callSid: string;
  /** As Twilio writes it: E.164, or a word where the number is withheld. */
  from: string;
  /** Undefined in the first request of a call. */
  digits: string | undefined;
  answeredBy: string | undefined;
}

/**
 * A request that Twilio makes in a call, once its signature is right.
 * @param url as Twilio signed it: from configuration and route, never from the Host header
 * @throws Problem 403 for a signature that is not Twilio's or of an account that is not ours, 400 without a call's id
 */
export async function callEvent(request: ApiRequest, url: string, authTokenOf: AuthTokenOf): Promise<CallEvent> {
  const form = (request.body ?? {}) as Form;
  const { AccountSid: accountSid } = form;
  const authToken = typeof accountSid === 'string' ? await authTokenOf(accountSid) : undefined;
  const signature = request.headers['x-twilio-signature'];
  if (!authToken || !validTwilioSignature({ authToken, url, form, signature })) throw new Problem('bad-signature');

  const callSid = callSidOf(form);
  if (!callSid) throw invalid({ path: 'CallSid', message: 'is not the id of a call' });
  const text = (name: string) => (typeof form[name] === 'string' ? (form[name] as string) : undefined);
  return { callSid, from: text('From') ?? '', digits: text('Digits'), answeredBy: text('AnsweredBy') };
}

export const twiml = (text: string): ApiResponse => ({ status: 200, content: { type: 'text/xml', text } });
