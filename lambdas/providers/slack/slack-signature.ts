/** Slack's request signature, version 0: https://docs.slack.dev/authentication/verifying-requests-from-slack */
import { createHmac, timingSafeEqual } from 'node:crypto';

/** Slack's own advice against replays; the other way round against a stamp made up for later. */
const WINDOW_SECONDS = 300;

export interface SignedRequest {
  /** Signing secret of the app. */
  signingSecret: string;
  /** Seconds since 1970, as the X-Slack-Request-Timestamp header has it. */
  timestamp: string | undefined;
  /** The X-Slack-Signature header: `v0=` and 64 hex digits. */
  signature: string | undefined;
  /** The body as it came over the wire, undecoded: text, bytes, or the bytes in base64 (API Gateway's binary types). */
  body: string | Uint8Array | { base64: string };
  /** Epoch ms. */
  now: number;
}

/** Whether Slack sent this request within five minutes of now, compared in constant time. Never throws. */
export function validSlackSignature({ signingSecret, timestamp, signature, body, now }: SignedRequest): boolean {
  // An empty key still makes a valid HMAC, one that anybody can compute.
  if (!signingSecret || !signature || !timestamp || !/^\d{1,12}$/.test(timestamp)) return false;
  if (Math.abs(now / 1_000 - Number(timestamp)) > WINDOW_SECONDS) return false;
  const [, given] = /^v0=([0-9a-f]{64})$/.exec(signature) ?? [];
  if (given === undefined) return false;
  const expected = createHmac('sha256', signingSecret).update(`v0:${timestamp}:`).update(bytesOf(body)).digest();
  return timingSafeEqual(expected, Buffer.from(given, 'hex'));
}

function bytesOf(body: SignedRequest['body']): Uint8Array {
  if (typeof body === 'string') return Buffer.from(body, 'utf8');
  return body instanceof Uint8Array ? body : Buffer.from(body.base64, 'base64');
}
