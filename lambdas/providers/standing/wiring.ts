/**
 * How Twilio is to repeat a text or call that came in and that we did not answer. By itself it tries once more, after
 * failed connections alone, within 15 s in all: an answer that our gateway refused with a 503 would be lost. Three
 * repetitions of 2.5 s after 1 s to connect fit into those 15 s, five would not. A fragment is not part of the signed URL.
 */
export const INBOUND_RETRIES = '#rc=3&rp=all&ct=1000&rt=2500';

/**
 * Whether a webhook in Twilio is ours and repeats what was not answered.
 * @param given as Twilio shows it, null where none is set
 * @param expected without its fragment
 */
export function isWired(given: unknown, expected: string): boolean {
  if (typeof given !== 'string') return false;
  const [url, fragment = ''] = given.split('#');
  const overrides = new URLSearchParams(fragment);
  const repeats =
    Number(overrides.get('rc') ?? 1) >= 1 &&
    ['all', '5xx'].some((one) => overrides.get('rp')?.split(',').includes(one));
  return url === expected && repeats;
}
