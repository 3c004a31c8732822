import { generateKeyPairSync, sign } from 'node:crypto';
import type { EventOptions } from './api-event.ts';

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });

/** As SendGrid's settings show it. */
export const SENDGRID_PUBLIC_KEY = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');

/** The event of a webhook that SendGrid signed; written from SendGrid's documentation, apart from our own code. */
export function signSendGrid(at: number, events: readonly object[], key = privateKey): EventOptions {
  const rawBody = `[${events.map((event) => JSON.stringify(event)).join(',\r\n')}]\r\n`;
  const timestamp = String(Math.floor(at / 1_000));
  return {
    rawBody,
    caller: null,
    headers: {
      'Content-Type': 'application/json;charset=utf-8',
      'X-Twilio-Email-Event-Webhook-Signature': sign('sha256', Buffer.from(timestamp + rawBody), key).toString(
        'base64',
      ),
      'X-Twilio-Email-Event-Webhook-Timestamp': timestamp,
    },
  };
}
