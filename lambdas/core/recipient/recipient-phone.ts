/**
 * What becomes of a recipient's phone when it is set or confirmed (docs/spec/api.md#verification: "the old verified
 * number serves until the new one is confirmed"; ADR 6).
 */
import { isSamePhone } from './phone.ts';
import { pagedPhone, type Recipient, textedPhone } from './recipient.ts';

export type PhoneFields = Pick<Recipient, 'phone' | 'phoneVerified' | 'verifiedPhone' | 'smsSuppressed'>;

/** The phone fields of a PUT, phones in E.164. */
export interface PhoneInput {
  phone?: string;
  phoneVerified?: boolean;
  verifiedPhone?: string | null;
  smsSuppressed?: boolean;
}

export type PutPhone =
  | { put: 'ok'; fields: PhoneFields; needsAdmin: boolean }
  /** `verifiedPhone` names a number that is not the record's. */
  | { put: 'foreign-verified-phone' };

/**
 * The phone fields after a PUT. A new phone is unverified, and the one that was verified goes on serving beside it.
 * Vouching for a phone and taking an opt-out back need an admin; values that were true of the phone pass.
 */
export function putPhone(input: PhoneInput, stored: PhoneFields | undefined): PutPhone {
  const { phone } = input;
  const serving = stored && pagedPhone(stored);
  if (typeof input.verifiedPhone === 'string' && !isSamePhone(input.verifiedPhone, serving)) {
    return { put: 'foreign-verified-phone' };
  }
  const isServing = isSamePhone(phone, serving);
  // A `false` that was read beside another phone, and came back with this one, says nothing about this one.
  const takenBack = input.phoneVerified === false && stored?.phoneVerified === true && isSamePhone(phone, stored.phone);
  const phoneVerified = phone !== undefined && (input.phoneVerified === true || (isServing && !takenBack));
  const keepsOld = phone !== undefined && !phoneVerified && !isServing && input.verifiedPhone !== null;
  const old = keepsOld && serving !== undefined ? { verifiedPhone: serving } : {};
  const next = { ...(phone !== undefined && { phone }), phoneVerified, ...old };

  const [before, after] = [stored && textedPhone(stored), textedPhone(next)];
  const suppressed = stored?.smsSuppressed === true && (before === after || isSamePhone(before, after));
  const smsSuppressed = input.smsSuppressed ?? suppressed;
  const vouches = input.phoneVerified === true && !isServing;
  return { put: 'ok', fields: { ...next, smsSuppressed }, needsAdmin: vouches || (suppressed && !smsSuppressed) };
}

/**
 * The record once its phone is confirmed: from now on that one serves. The opt-out of the old one stays behind.
 * @param optedOut whether STOP was sent from the confirmed phone
 */
export function confirmPhone(recipient: Recipient, optedOut: boolean, now: number): Recipient {
  const { verifiedPhone: _, ...rest } = recipient;
  const smsSuppressed = optedOut || (recipient.smsSuppressed && isSamePhone(textedPhone(recipient), recipient.phone));
  return { ...rest, phoneVerified: true, smsSuppressed, version: recipient.version + 1, updatedAt: now };
}
