/** A request to a webhook, as Twilio makes it. */
import { createHmac, randomUUID } from 'node:crypto';
import { type HttpAnswer, httpCall } from '../../cloud/http-call.ts';

interface Post {
  /** Where it goes. */
  url: string;
  /** What it is signed for, where Twilio knows the URL by another address. */
  signedUrl?: string;
  form: Readonly<Record<string, string>>;
  authToken: string;
  signal: AbortSignal;
}

/** Posts a form, signed. Rejects with Node's error, or with the signal's reason. */
export const post = ({ url, signedUrl = url, form, authToken, signal }: Post): Promise<HttpAnswer> =>
  httpCall({
    url,
    headers: {
      'Content-Type': 'application/x-www-form-urlencoded; charset=UTF-8',
      'User-Agent': 'TwilioProxy/1.1',
      'I-Twilio-Idempotency-Token': randomUUID(),
      'X-Twilio-Signature': sign(authToken, signedUrl, form),
    },
    body: new URLSearchParams(form).toString(),
    signal,
  });

/** Twilio's signature: HMAC-SHA1 over the URL without its fragment and the fields in the order of their names. */
export function sign(authToken: string, url: string, form: Readonly<Record<string, string>>): string {
  const names = Object.keys(form).sort();
  const data = names.reduce((text, name) => text + name + form[name], url);
  return createHmac('sha1', authToken).update(data, 'utf8').digest('base64');
}
