import { maskPhone } from '../core/mask.ts';
import type { Recipient } from '../core/recipient.ts';

/** The version of the record, for `If-Match`. */
export const etag = ({ version }: Recipient): string => `"${version}"`;

/** With phones in full, for whoever reads that one recipient. */
export function recipientView({ version: _, updatedAt: __, teamsWebhookUrl: ___, ...shown }: Recipient) {
  return shown;
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
