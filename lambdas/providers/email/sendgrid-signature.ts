import { createPublicKey, verify } from 'node:crypto';
import { DAY, MINUTE } from '../../core/time.ts';

export interface SignedEvents {
  /** The verification key as SendGrid shows it: base64 of a DER public key; as PEM, too. */
  publicKey: string;
  /** The X-Twilio-Email-Event-Webhook-Timestamp header, seconds since the epoch. */
  timestamp: string | undefined;
  /** Every byte that came, the CRLF at its end included: it is signed as it is. */
  rawBody: string | Buffer;
  /** The X-Twilio-Email-Event-Webhook-Signature header. */
  signature: string | undefined;
  /** Epoch milliseconds. */
  now: number;
}

/**
 * How old a signature may be. SendGrid repeats a webhook that was not taken for 24 hours and does not say whether it signs
 * a repeat anew, so a tighter window could lose every bounce of an outage of ours. What a narrow one would prevent does
 * no harm here: a repeated event changes nothing. What is left is to keep an old body from being of use for ever.
 */
const OLDEST_MS = DAY + 5 * MINUTE;
/** Clocks differ. */
const NEWEST_MS = 5 * MINUTE;

/**
 * Whether SendGrid sent these events (ECDSA P-256 over SHA-256 of timestamp and body) within the last day. Never throws.
 * https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook-security-features
 */
export function validSendGridSignature({ publicKey, timestamp, rawBody, signature, now }: SignedEvents): boolean {
  if (!publicKey || !signature || !timestamp || !/^\d{1,12}$/.test(timestamp)) return false;
  const age = now - Number(timestamp) * 1_000;
  if (age > OLDEST_MS || age < -NEWEST_MS) return false;
  try {
    const key = createPublicKey(
      publicKey.includes('BEGIN') ? publicKey : { key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' },
    );
    // Another kind of key would mean another kind of signature.
    if (key.asymmetricKeyType !== 'ec' || key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') return false;
    const signed = Buffer.concat([Buffer.from(timestamp), Buffer.from(rawBody)]);
    return verify('sha256', signed, key, Buffer.from(signature, 'base64'));
  } catch {
    return false;
  }
}
