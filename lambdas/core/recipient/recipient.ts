import type { BrokenContact } from '../contacts/mark.ts';
import type { Channel } from '../page/page.ts';
import { fieldsOf } from '../versions.ts';

/** A person who can be paged, with contact points and preferences (docs/spec/api.md#recipients). */
export interface Recipient {
  id: string;
  name: string;
  email?: string;
  /** E.164, as last given. Use `pagedPhone` for where texts and calls go. */
  phone?: string;
  /** Whether `phone` is confirmed. */
  phoneVerified: boolean;
  /** The confirmed number before `phone`, which serves until `phone` is confirmed too (ADR 6). */
  verifiedPhone?: string;
  /** About the number that texts go to. */
  smsSuppressed: boolean;
  slackUserId?: string;
  teamsWebhookUrl?: string;
  pushEndpoints?: string[];
  timezone?: string;
  quietHours?: { from: string; to: string; days?: string[] };
  language?: string;
  /** Absent channels are enabled. */
  preferences: { channel: Channel; enabled: boolean }[];
  /** Contact points that providers have called dead. Use `brokenContacts`: a mark may be about an older address. */
  broken?: BrokenContact[];
  /** Raised by every change; the ETag. */
  version: number;
  updatedAt: number;
}

/**
 * Every field beside the id. A record may hold more that a newer version wrote: it is neither shown nor lost (ADR 18).
 */
export const RECIPIENT_FIELDS = fieldsOf<Omit<Recipient, 'id'>>({
  name: true,
  email: true,
  phone: true,
  phoneVerified: true,
  verifiedPhone: true,
  smsSuppressed: true,
  slackUserId: true,
  teamsWebhookUrl: true,
  pushEndpoints: true,
  timezone: true,
  quietHours: true,
  language: true,
  preferences: true,
  broken: true,
  version: true,
  updatedAt: true,
});

/** Where texts and calls go: to a verified number or nowhere. */
export const pagedPhone = ({
  phone,
  phoneVerified,
  verifiedPhone,
}: Pick<Recipient, 'phone' | 'phoneVerified' | 'verifiedPhone'>): string | undefined =>
  phoneVerified ? phone : verifiedPhone;

/** The number that `smsSuppressed` is about: where texts go, or will go once the phone is verified. */
export const textedPhone = (fields: Pick<Recipient, 'phone' | 'phoneVerified' | 'verifiedPhone'>): string | undefined =>
  pagedPhone(fields) ?? fields.phone;
