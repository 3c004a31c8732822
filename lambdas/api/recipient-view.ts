import { maskPhone } from '../core/mask.ts';
import { RECIPIENT_FIELDS, type Recipient } from '../core/recipient.ts';

/** The version of the record, for `If-Match`. */
export const etag = ({ version }: Recipient): string => `"${version}"`;

const HIDDEN: ReadonlySet<string> = new Set(['version', 'updatedAt', 'teamsWebhookUrl']);
const SHOWN = RECIPIENT_FIELDS.filter((field) => !HIDDEN.has(field));

/**
 * With phones in full, for whoever reads that one recipient. What a newer version keeps in the record is not shown: it
 * may be write-only, as the Teams webhook is.
 */
export function recipientView(recipient: Recipient): Omit<Recipient, 'version' | 'updatedAt' | 'teamsWebhookUrl'> {
  const shown = SHOWN.filter((field) => recipient[field] !== undefined).map((field) => [field, recipient[field]]);
  return { id: recipient.id, ...Object.fromEntries(shown) };
}

/** With phones masked, for lists and wherever else the phone is not what was asked for. */
export function recipientSummary(recipient: Recipient) {
  const { phone, verifiedPhone, ...shown } = recipientView(recipient);
  return {
    ...shown,
    ...(phone !== undefined && { phone: maskPhone(phone) }),
    ...(verifiedPhone !== undefined && { verifiedPhone: maskPhone(verifiedPhone) }),
  };
}
