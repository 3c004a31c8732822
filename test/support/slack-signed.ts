import { createHmac } from 'node:crypto';
import type { EventOptions } from './api-event.ts';

/** The event of a form that Slack signed; written from Slack's documentation, apart from our own code. */
export const signSlack = (signingSecret: string, at: number, form: Record<string, string>): EventOptions =>
  signSlackBody(signingSecret, at, new URLSearchParams(form).toString());

/** The same for a body as it is, well-formed or not. */
export function signSlackBody(signingSecret: string, at: number, rawBody: string): EventOptions {
  const timestamp = String(Math.floor(at / 1_000));
  const mac = createHmac('sha256', signingSecret).update(`v0:${timestamp}:${rawBody}`).digest('hex');
  return {
    rawBody,
    caller: null,
    headers: {
      'Content-Type': 'application/x-www-form-urlencoded',
      'X-Slack-Request-Timestamp': timestamp,
      'X-Slack-Signature': `v0=${mac}`,
    },
  };
}
