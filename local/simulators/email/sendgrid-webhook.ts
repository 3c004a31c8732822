/** SendGrid's event webhook: batches of events, signed with a key of its own. */
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import type { Mails } from './mails.ts';
import type { Told } from './outbox.ts';

export interface Webhook {
  /** The verification key as SendGrid's settings show it: base64 of DER. */
  publicKey: string;
  post(events: Record<string, unknown>[]): Promise<Told>;
}

const TIMEOUT_MS = 10_000;

/** @param url undefined: the webhook is not set up, and events are told to nobody */
export function createWebhook(mails: Mails, url: string | undefined, stopping: AbortSignal): Webhook {
  const pem = mails.kept('sendgrid-webhook', () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
    return privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
  });
  const privateKey = createPrivateKey(pem);
  const publicKey = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).toString('base64');

  async function post(events: Record<string, unknown>[]): Promise<Told> {
    if (url === undefined) return 'done';
    // As SendGrid writes it: an event a line, and a CRLF at the end, which is signed like everything else.
    const body = `[${events.map((event) => JSON.stringify(event)).join(',\r\n')}]\r\n`;
    const timestamp = String(Math.floor(Date.now() / 1_000));
    try {
      const reply = await fetch(url, {
        method: 'POST',
        redirect: 'manual',
        headers: {
          'Content-Type': 'application/json;charset=utf-8',
          'User-Agent': 'SendGrid Event API',
          'X-Twilio-Email-Event-Webhook-Signature': sign('sha256', Buffer.from(timestamp + body), privateKey).toString(
            'base64',
          ),
          'X-Twilio-Email-Event-Webhook-Timestamp': timestamp,
        },
        body,
        signal: AbortSignal.any([stopping, AbortSignal.timeout(TIMEOUT_MS)]),
      });
      await reply.arrayBuffer();
      return reply.status >= 200 && reply.status <= 299 ? 'done' : 'failed';
    } catch (error) {
      return (error as { cause?: { code?: string } }).cause?.code === 'ECONNREFUSED' ? 'unheard' : 'failed';
    }
  }
  return { publicKey, post };
}
