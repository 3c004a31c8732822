/** Posting events to other people's systems: how it is signed, and how long it is tried. */

import { createHmac } from 'node:crypto';
import { DAY, MINUTE, SECOND } from '../time.ts';

/** After a failed try; then every 15 minutes, the longest that SQS holds a message back. */
const GAPS = [5 * SECOND, 15 * SECOND, 30 * SECOND, MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE];
const LAST_GAP = 15 * MINUTE;
/** docs/spec/api.md#events-out: retried for a day. */
const FOR = DAY;

const EARLY = GAPS.reduce((sum, gap) => sum + gap, 0);
/** How often an event is posted to one webhook at most. */
export const MAX_ATTEMPTS = 1 + GAPS.length + Math.ceil((FOR - EARLY) / LAST_GAP);

/**
 * How long to wait after so many failed tries, milliseconds; undefined when it is given up. Counted and not read off a
 * clock, so that a queue that stood still for a day has lost nothing.
 */
export const gapAfter = (tries: number): number | undefined =>
  tries >= MAX_ATTEMPTS ? undefined : (GAPS[tries - 1] ?? LAST_GAP);

/** What a webhook is posted with beside its body. */
export interface WebhookHeaders {
  'webhook-id': string;
  'webhook-timestamp': string;
  'webhook-signature': string;
}

/**
 * The headers of Standard Webhooks (https://www.standardwebhooks.com): HMAC-SHA256 over id, timestamp and body, under
 * each of the keys. A published scheme and not one of our own, because libraries in a dozen languages verify it.
 * @param keys base64, without `whsec_`; while a key is being replaced, the one before it signs too
 * @param now epoch milliseconds
 */
export function signWebhook(id: string, body: string, keys: readonly string[], now: number): WebhookHeaders {
  const timestamp = String(Math.floor(now / SECOND));
  const sign = (key: string) =>
    createHmac('sha256', Buffer.from(key, 'base64')).update(`${id}.${timestamp}.${body}`).digest('base64');
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': keys.map((key) => `v1,${sign(key)}`).join(' '),
  };
}
