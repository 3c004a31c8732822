import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks.js';

/** Headers and body of a form that Twilio signed. */
export function signTwilio(authToken: string, url: string, form: Record<string, string>) {
  return {
    headers: {
      'Content-Type': 'application/x-www-form-urlencoded',
      'X-Twilio-Signature': getExpectedTwilioSignature(authToken, url, form),
    },
    rawBody: new URLSearchParams(form).toString(),
  };
}
