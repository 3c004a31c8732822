import { createHmac } from 'node:crypto';
import type { EventOptions } from './api-event.ts';

/** The event of a form that Slack signed; written from Slack's documentation, apart from our own code. */
export function signSlack(signingSecret: string, at: number, form: Record<string, string>): EventOptions {
  const rawBody = new URLSearchParams(form).toString();
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
