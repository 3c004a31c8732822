import { post } from './post.ts';

interface Web {
  authToken: string;
  api?: { url: string; publicUrl: string };
  stopping: AbortSignal;
}

/** Twilio gives up on an answer after this, retries included. */
const TIMEOUT_MS = 15_000;
const TRIES = 3;

/**
 * Asks a URL what to say, signed for it. The public address of our API is reached at its local one. What cannot be had,
 * in three tries as our URLs ask for, is undefined.
 */
export async function askForTwiml(
  url: string,
  form: Record<string, string>,
  { authToken, api, stopping }: Web,
): Promise<string | undefined> {
  const signed = url.split('#')[0] ?? '';
  const reached = api && signed.startsWith(`${api.publicUrl}/`) ? api.url + signed.slice(api.publicUrl.length) : signed;
  const tries = /[#&]rc=\d/.test(url) ? TRIES : 1;
  const signal = AbortSignal.any([stopping, AbortSignal.timeout(TIMEOUT_MS)]);
  for (let n = 0; n < tries && !signal.aborted; n++) {
    try {
      const reply = await post({ url: reached, signedUrl: signed, form, authToken, signal });
      if (reply.ok) return reply.text;
    } catch {
      // Tried again.
    }
  }
  return undefined;
}
