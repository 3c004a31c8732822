/** Twilio's status callbacks. Kept apart from sending: the webhook's bundle must not carry the REST client. */
import type { Receipt } from '../../core/receipts/ports.ts';
import { unknownStatus } from '../unknown-status.ts';
import { laterFault, PUT_OFF } from './twilio-codes.ts';

/** Twilio's order. Callbacks come in any, and more than once; the higher rank is the later news. */
const RANK: Record<string, number> = {
  accepted: 0,
  scheduled: 0,
  queued: 1,
  sending: 2,
  sent: 3,
  delivered: 4,
  undelivered: 4,
  failed: 4,
  canceled: 4,
  read: 5,
};

/** Messages with media, or long ones a carrier takes as such, have MM ids. */
const MESSAGE_SID = /^(SM|MM)[0-9a-f]{32}$/i;

/**
 * Reads a message status callback; undefined when it is not one (no message id, or no status). A status that is not in
 * the table above, such as `partially_delivered`, is noted and changes nothing. The signature has been checked before.
 */
export function parseSmsStatus(form: Readonly<Record<string, string | string[] | undefined>>): Receipt | undefined {
  const field = (name: string) => {
    const value = form[name];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const providerId = field('MessageSid') ?? field('SmsSid');
  const providerStatus = (field('MessageStatus') ?? field('SmsStatus'))?.toLowerCase();
  if (!providerId || !MESSAGE_SID.test(providerId) || !providerStatus?.trim()) return;
  if (!Object.hasOwn(RANK, providerStatus)) return unknownStatus('twilio', providerId, providerStatus);
  return { provider: 'twilio', providerId, providerStatus, rank: RANK[providerStatus] ?? 0, news: news() };

  function news(): Receipt['news'] {
    if (providerStatus === 'delivered' || providerStatus === 'read') return 'delivered';
    if (providerStatus === 'scheduled') return { undelivered: PUT_OFF };
    if (RANK[providerStatus ?? ''] !== RANK.undelivered) return 'progress';
    const code = Number(field('ErrorCode'));
    return { undelivered: laterFault(providerStatus ?? '', Number.isInteger(code) && code > 0 ? code : undefined) };
  }
}
