import { brokenContacts } from '../../core/contacts/broken.ts';
import { maskPhone } from '../../core/recipient/mask.ts';
import { RECIPIENT_FIELDS, type Recipient } from '../../core/recipient/recipient.ts';
import type { BrokenContact, Recipient as RecipientBody, RecipientSummary } from '../api.gen.ts';

/** The version of the record, for `If-Match`. */
export const etag = ({ version }: Recipient): string => `"${version}"`;

const HIDDEN: ReadonlySet<string> = new Set(['version', 'updatedAt', 'teamsWebhookUrl', 'broken']);
const SHOWN = RECIPIENT_FIELDS.filter((field) => !HIDDEN.has(field));

/**
 * With phones in full, for whoever reads that one recipient. What a newer version keeps in the record is not shown: it
 * may be write-only, as the Teams webhook is.
 */
export function recipientView(recipient: Recipient): RecipientBody {
  const shown = SHOWN.filter((field) => recipient[field] !== undefined).map((field) => [field, recipient[field]]);
  const broken = brokenContacts(recipient).map(({ channel, address, code, reason, since }): BrokenContact => {
    const mark = { channel, code, reason, since: new Date(since).toISOString() };
    return channel === 'push' ? { ...mark, pushEndpoint: address } : mark;
  });
  const view = { id: recipient.id, ...Object.fromEntries(shown) };
  return broken.length > 0 ? { ...view, brokenContacts: broken } : view;
}

/** With phones masked, for lists and wherever else the phone is not what was asked for. */
export function recipientSummary(recipient: Recipient): RecipientSummary {
  const { phone, verifiedPhone, ...shown } = recipientView(recipient);
  return {
    ...shown,
    ...(phone !== undefined && { phone: maskPhone(phone) }),
    ...(verifiedPhone !== undefined && { verifiedPhone: maskPhone(verifiedPhone) }),
  };
}
