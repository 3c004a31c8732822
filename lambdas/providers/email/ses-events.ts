/** SES's events on the default bus of EventBridge (`source: aws.ses`). Apart from sending: no client is needed here. */
import type { Receipt } from '../../core/ports.ts';
import { type EmailReceipt, fields } from './events.ts';
import { bounceFault, rejectFault } from './ses-codes.ts';

/** By `detail-type`; in the order of ./sendgrid-events.ts, for the same reasons. */
const RANK = new Map([
  ['Email Sent', 1],
  ['Email Delivery Delayed', 2],
  ['Email Delivered', 3],
  ['Email Rejected', 4],
  ['Email Bounced', 4],
  ['Email Complaint Received', 5],
]);

/**
 * Reads an EventBridge event; undefined for events of other kinds, of mails without our tag, and for what is none. Never
 * throws. It holds the recipient's address: nothing of it may be logged.
 * https://docs.aws.amazon.com/ses/latest/dg/monitoring-eventbridge.html
 */
export function parseSesEvent(event: unknown): EmailReceipt | undefined {
  const { id, source, 'detail-type': kind, detail } = fields(event);
  const { mail, bounce } = fields(detail);
  const { messageId, tags } = fields(mail);
  const rank = typeof kind === 'string' ? RANK.get(kind) : undefined;
  const ref: unknown = [fields(tags).ref].flat()[0];
  if (source !== 'aws.ses' || typeof kind !== 'string' || rank === undefined) return undefined;
  if (typeof messageId !== 'string' || !/^[\w.-]{1,128}$/.test(messageId)) return undefined;
  if (typeof ref !== 'string' || ref === '') return undefined;
  const providerStatus = kind.replace('Email ', '').toLowerCase();
  const receipt: Receipt = {
    provider: 'ses',
    providerId: `ses:${messageId}`,
    providerStatus,
    rank,
    news: news(kind, fields(bounce)),
  };
  return { ref, receipt, eventId: typeof id === 'string' ? id : '' };
}

function news(
  kind: string,
  { bounceType, bounceSubType, bouncedRecipients }: Record<string, unknown>,
): Receipt['news'] {
  if (kind === 'Email Delivered' || kind === 'Email Complaint Received') return 'delivered';
  if (kind === 'Email Rejected') return { undelivered: rejectFault() };
  if (kind !== 'Email Bounced') return 'progress';
  const first = fields([bouncedRecipients].flat()[0]);
  return { undelivered: bounceFault(bounceType, bounceSubType, first.status) };
}
