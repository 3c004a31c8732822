/** URLs that Twilio asks and waits for, and the policy of repetitions that each carries in its fragment. */
import { post } from './post.ts';

/** Twilio waits no longer for the answer of one URL, repetitions included, milliseconds. */
const LONGEST = 15_000;

/**
 * The connection overrides in a URL's fragment: `rc` repetitions, `rp` the failures that are repeated, `ct` and `rt` the
 * timeouts in milliseconds. Without a fragment: one repetition, of failed connections alone.
 */
export function tuning(url: string) {
  const overrides = new URLSearchParams(url.split('#')[1] ?? '');
  const number = (name: string, fallback: number, max: number) =>
    Math.min(/^\d+$/.test(overrides.get(name) ?? '') ? Number(overrides.get(name)) : fallback, max);
  return {
    retries: number('rc', 1, 5),
    policy: new Set((overrides.get('rp') ?? 'ct').split(',')),
    timeoutMs: number('ct', 5_000, 10_000) + number('rt', 15_000, 15_000),
  };
}

export type Failure = 'refused' | 'ct' | 'rt' | '4xx' | '5xx';

/** What a request that was not answered failed by; `refused` when no server listens there. */
export function failureOf(error: unknown): Failure {
  const { name, code } = error as NodeJS.ErrnoException;
  if (name === 'TimeoutError') return 'rt';
  return code === 'ECONNREFUSED' ? 'refused' : 'ct';
}

interface Web {
  authToken: string;
  /** Our API as it is reached here and as Twilio knows it. */
  api?: { url: string; publicUrl: string };
  stopping: AbortSignal;
}

/**
 * Asks a URL as often as its fragment says, and within 15 s in all. The form is signed for the URL without its fragment;
 * the public address of our API is reached at its local one.
 * @returns the body of the first 2xx answer, or for a person how the last try failed. Never rejects.
 */
export async function askWebhook(
  url: string,
  form: Readonly<Record<string, string>>,
  { authToken, api, stopping }: Web,
): Promise<{ text: string } | { failed: string }> {
  const signedUrl = url.split('#')[0] ?? '';
  const isOurs = api !== undefined && signedUrl.startsWith(`${api.publicUrl}/`);
  const reached = isOurs ? api.url + signedUrl.slice(api.publicUrl.length) : signedUrl;
  const { retries, policy, timeoutMs } = tuning(url);
  const inAll = AbortSignal.any([stopping, AbortSignal.timeout(LONGEST)]);
  let failed = 'no answer in time';
  for (let tries = 0; tries <= retries && !inAll.aborted; tries++) {
    let kind: Failure;
    try {
      const signal = AbortSignal.any([inAll, AbortSignal.timeout(timeoutMs)]);
      const reply = await post({ url: reached, signedUrl, form, authToken, signal });
      if (reply.ok) return { text: reply.text };
      kind = reply.status >= 500 ? '5xx' : '4xx';
      failed = `answers ${reply.status}`;
    } catch (error) {
      kind = failureOf(error);
      failed = kind === 'rt' ? 'no answer in time' : 'no connection';
    }
    if (!policy.has('all') && !policy.has(kind === 'refused' ? 'ct' : kind)) break;
  }
  return { failed };
}
