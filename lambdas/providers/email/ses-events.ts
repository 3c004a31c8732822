/** SES's events on the default bus of EventBridge (`source: aws.ses`). Apart from sending: no client is needed here. */
import type { Receipt } from '../../core/receipts/ports.ts';
import { unknownStatus } from '../unknown-status.ts';
import { type EmailReceipt, fields } from './events.ts';
import { bounceFault, complaintFault, rejectFault, renderingFault } from './ses-codes.ts';

const COMPLAINT = 'Email Complaint Received';

/** By `detail-type`; in the order of ./sendgrid-events.ts, for the same reasons. */
const RANK = new Map([
  ['Email Sent', 1],
  ['Email Delivery Delayed', 2],
  ['Email Delivered', 3],
  ['Email Rejected', 4],
  ['Email Rendering Failed', 4],
  ['Email Bounced', 4],
  [COMPLAINT, 5],
]);

/** The account's suppression list takes the address in, and SES sends it nothing more. */
const COMPLAINED = { code: 'complaint', reason: 'the recipient has reported our mail as spam' };

/**
 * Reads an EventBridge event; undefined for mails without our tag and for what is no event of SES. An event of a kind
 * that is not in the table above is noted and changes nothing. Never throws. It holds the recipient's address: nothing of
 * it may be logged.
 * https://docs.aws.amazon.com/ses/latest/dg/monitoring-eventbridge.html
 */
export function parseSesEvent(event: unknown): EmailReceipt | undefined {
  const { id, source, 'detail-type': kind, detail } = fields(event);
  const { mail, bounce, complaint } = fields(detail);
  const { messageId, tags } = fields(mail);
  const ref: unknown = [fields(tags).ref].flat()[0];
  if (source !== 'aws.ses' || typeof kind !== 'string' || kind.trim() === '') return undefined;
  if (typeof messageId !== 'string' || !/^[\w.-]{1,128}$/.test(messageId)) return undefined;
  if (typeof ref !== 'string' || ref === '') return undefined;
  const receipt = receiptOf(kind, `ses:${messageId}`, fields(bounce), fields(complaint));
  return { ref, receipt, eventId: typeof id === 'string' ? id : '' };
}

type Details = Record<string, unknown>;

function receiptOf(kind: string, providerId: string, bounce: Details, complaint: Details): Receipt {
  const providerStatus = kind.replace('Email ', '').toLowerCase();
  const rank = RANK.get(kind);
  if (rank === undefined) return unknownStatus('ses', providerId, providerStatus);
  const receipt = { provider: 'ses', providerId, providerStatus, rank, news: news(kind, bounce, complaint) } as const;
  return kind === COMPLAINT && receipt.news === 'delivered' ? { ...receipt, breaksContact: COMPLAINED } : receipt;
}

function news(
  kind: string,
  { bounceType, bounceSubType, bouncedRecipients }: Details,
  { complaintSubType }: Details,
): Receipt['news'] {
  switch (kind) {
    case 'Email Delivered':
      return 'delivered';
    case COMPLAINT: {
      const undelivered = complaintFault(complaintSubType);
      return undelivered ? { undelivered } : 'delivered';
    }
    case 'Email Rejected':
      return { undelivered: rejectFault() };
    case 'Email Rendering Failed':
      return { undelivered: renderingFault() };
    case 'Email Bounced': {
      const first = fields([bouncedRecipients].flat()[0]);
      return { undelivered: bounceFault(bounceType, bounceSubType, first.status) };
    }
    default:
      return 'progress';
  }
}
