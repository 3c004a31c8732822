/** SendGrid's event webhook. Kept apart from sending: the webhook's bundle needs nothing of that. */
import type { Receipt } from '../../core/receipts/ports.ts';
import { unknownStatus } from '../unknown-status.ts';
import { type EmailReceipt, fields, parse } from './events.ts';
import { laterFault } from './sendgrid-codes.ts';

/**
 * Events come in any order, in batches and more than once. A mail that was delivered may bounce later (some servers take
 * a mail before they look at it), so a bounce is later news than a delivery; a complaint or an unsubscription means that it was delivered.
 * Kinds that are not in the table are noted and change nothing. Opens and clicks are among those: mail scanners make
 * them too, so they prove nothing, and Lifeline's mails ask for none.
 */
const RANK = new Map([
  ['processed', 1],
  ['deferred', 2],
  ['delivered', 3],
  ['dropped', 4],
  ['bounce', 4],
  ['spamreport', 5],
  ['unsubscribe', 5],
  ['group_unsubscribe', 5],
]);

/**
 * What the recipient said of our mail, which they have received by then. From now on SendGrid drops silently what is sent
 * to them.
 */
const SAID = new Map([
  ['spamreport', { code: 'spamreport', reason: 'the recipient has reported our mail as spam' }],
  ['unsubscribe', { code: 'unsubscribe', reason: 'the recipient has unsubscribed from our mail' }],
  ['group_unsubscribe', { code: 'group_unsubscribe', reason: 'the recipient has unsubscribed from our mail' }],
]);

/**
 * Reads the body of an event webhook, whose signature has been checked before. Events of mails that are not ours, and
 * whatever is not an event, are left out. Never throws. The events hold the recipient's address: nothing of them may be
 * logged.
 */
export function parseSendGridEvents(rawBody: string): EmailReceipt[] {
  const list = parse(rawBody);
  return Array.isArray(list) ? list.flatMap((one) => read(fields(one)) ?? []) : [];
}

function read(event: Record<string, unknown>): EmailReceipt | undefined {
  const { event: kind, ref, sg_event_id: eventId } = event;
  const providerId = messageId(event.sg_message_id);
  if (typeof kind !== 'string' || kind.trim() === '' || typeof ref !== 'string' || ref === '') return undefined;
  if (providerId === undefined) return undefined;
  const receipt = receiptOf(kind, providerId, event);
  return { ref, receipt, eventId: typeof eventId === 'string' ? eventId.slice(0, 100) : '' };
}

function receiptOf(kind: string, providerId: string, event: Record<string, unknown>): Receipt {
  const rank = RANK.get(kind);
  if (rank === undefined) return unknownStatus('sendgrid', providerId, kind);
  const isBlock = kind === 'bounce' && event.type === 'blocked';
  const providerStatus = isBlock ? 'blocked' : kind;
  const receipt = { provider: 'sendgrid', providerId, providerStatus, rank, news: news(kind, event) } as const;
  const said = SAID.get(kind);
  return said ? { ...receipt, breaksContact: said } : receipt;
}

function news(kind: string, event: Record<string, unknown>): Receipt['news'] {
  if (kind === 'delivered' || SAID.has(kind)) return 'delivered';
  if (kind === 'dropped' || kind === 'bounce') return { undelivered: laterFault(event) };
  return 'progress';
}

/**
 * The id that the send was answered with: SendGrid appends which of its machines had the mail (`.filter0001…`,
 * `.recvd-…`), and older ids have dots of their own. A bounce that comes after the delivery has no id at all: '' then.
 */
function messageId(value: unknown): string | undefined {
  if (value === undefined || value === null || value === '') return '';
  if (typeof value !== 'string' || !/^[\w.-]{1,256}$/.test(value)) return undefined;
  return /^(.+?)\.(?:filter|recv)/.exec(value)?.[1] ?? value.split('.')[0];
}
