import { validateRequest } from 'twilio/lib/webhooks/webhooks.js';

export interface SignedForm {
  /** Token of the account the form names in AccountSid. */
  authToken: string;
  /** The URL as we gave it to Twilio, from our configuration, never from the Host header. Tried with and without port. */
  url: string;
  /** Every parameter that arrived: Twilio signs all of them, and the set grows. */
  form: Readonly<Record<string, string | string[]>>;
  /** The X-Twilio-Signature header. */
  signature: string | undefined;
}

/** Whether Twilio sent this form (HMAC-SHA1 over URL and sorted parameters, compared in constant time). Never throws. */
export function validTwilioSignature({ authToken, url, form, signature }: SignedForm): boolean {
  // An empty key still makes a valid HMAC, one that anybody can compute.
  if (!authToken || !signature) return false;
  try {
    return validateRequest(authToken, signature, url, form);
  } catch {
    return false;
  }
}
