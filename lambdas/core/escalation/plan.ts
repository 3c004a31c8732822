import { addressesOf } from '../contacts/addresses.ts';
import { brokenContacts, isKnownBroken } from '../contacts/broken.ts';
import { CONTACT_NAME } from '../contacts/names.ts';
import { asksForAnswer, isInterruptive } from '../page/kind.ts';
import type { Channel, PageType, Priority, Tier } from '../page/page.ts';
import { CHANNELS, TIERS } from '../page/page.ts';
import type { Starting } from '../page/starting.ts';
import { pagedPhone, type Recipient } from '../recipient/recipient.ts';

/** Which tier a channel belongs to (docs/spec/escalation.md#tiers). */
export const TIER_OF: Record<Channel, Tier> = {
  push: 'primary',
  email: 'primary',
  slack: 'primary',
  teams: 'primary',
  sms: 'secondary',
  voice: 'fallback',
};

export type Unusable =
  | 'not-available'
  | 'never-rings'
  | 'disabled'
  | 'no-contact'
  | 'phone-unverified'
  | 'sms-suppressed';
export interface Warning {
  code:
    | 'no-phone'
    | 'phone-unverified'
    | 'sms-suppressed'
    | 'contact-broken'
    | 'no-loud-channel'
    | 'held'
    | 'no-usable-channel';
  message: string;
}

export interface Plan {
  /** Usable channels by tier, in the order the tiers start; empty when nothing is usable. */
  tiers: { tier: Tier; channels: Starting[] }[];
  unusable: { channel: Channel; reason: Unusable }[];
  warnings: Warning[];
}

/**
 * Which channels a page takes, by tier. `channels` of the request overrides preferences and tiers, so that the named
 * ones start together, and never verification or opt-out (docs/spec/api.md#dispatch; ADR 10).
 * @param available the channels this deployment has
 */
export function planPage(
  request: { priority: Priority; type: PageType; channels?: readonly Channel[]; skipTiers: boolean },
  recipient: Recipient,
  available: ReadonlySet<Channel>,
): Plan {
  const wanted = request.channels ?? CHANNELS.filter((channel) => available.has(channel));
  const judged = wanted.map((channel) => ({
    channel,
    ...channelAvailability(channel, recipient, available, request),
  }));
  const usable = judged.flatMap((j) => ('to' in j ? [j] : []));
  const tiers =
    request.skipTiers || request.channels
      ? together(usable)
      : TIERS.map((tier) => ({ tier, channels: usable.filter(({ channel }) => TIER_OF[channel] === tier) }));
  return {
    tiers: tiers.filter(({ channels }) => channels.length > 0),
    unusable: judged.flatMap((j) => ('reason' in j ? [{ channel: j.channel, reason: j.reason }] : [])),
    warnings: warnings(request.priority, recipient, usable),
  };
}

/** `skipTiers` sends all at once: one tier, named after the quietest channel in it. */
function together(usable: Starting[]): Plan['tiers'] {
  const tier = TIERS.find((t) => usable.some(({ channel }) => TIER_OF[channel] === t)) ?? 'primary';
  return [{ tier, channels: usable }];
}

/** Where the channel reaches the recipient now, or why it does not. */
export function channelAvailability(
  channel: Channel,
  recipient: Recipient,
  available: ReadonlySet<Channel>,
  { priority, type, channels }: { priority: Priority; type: PageType; channels?: readonly Channel[] },
): { to: string; knownBroken?: true } | { reason: Unusable } {
  if (!available.has(channel)) return { reason: 'not-available' };
  // docs/spec/escalation.md#tiers: LOW pages and notices of answers never ring, whoever asks for it.
  if (channel === 'voice' && (priority === 'LOW' || !asksForAnswer({ type }))) return { reason: 'never-rings' };
  const disabled = recipient.preferences.some((p) => p.channel === channel && !p.enabled);
  if (disabled && channels === undefined) return { reason: 'disabled' };
  // One delivery rings all devices of a person; ARNs have no spaces.
  const to = addressesOf(recipient, channel).join(' ');
  if (to === '') return { reason: isInterruptive(channel) && recipient.phone ? 'phone-unverified' : 'no-contact' };
  if (channel === 'sms' && recipient.smsSuppressed) return { reason: 'sms-suppressed' };
  return isKnownBroken(recipient, channel) ? { to, knownBroken: true } : { to };
}

function warnings(priority: Priority, recipient: Recipient, usable: { channel: Channel }[]): Warning[] {
  const found: Warning[] = [];
  if (!recipient.phone) {
    found.push({ code: 'no-phone', message: `${recipient.id} has no phone: neither SMS nor a call can reach them.` });
  } else if (!recipient.phoneVerified) {
    const instead = pagedPhone(recipient) ? 'the one before it is used' : 'is not used';
    found.push({
      code: 'phone-unverified',
      message: `The phone of ${recipient.id} is not verified and ${instead}.`,
    });
  }
  if (recipient.smsSuppressed) {
    found.push({
      code: 'sms-suppressed',
      message: `${recipient.id} opted out of SMS (STOP); START from the phone undoes it.`,
    });
  }
  for (const { channel, reason, since } of brokenContacts(recipient)) {
    const day = new Date(since).toISOString().slice(0, 10);
    found.push({
      code: 'contact-broken',
      message: `${CONTACT_NAME[channel]} of ${recipient.id} is broken since ${day}: ${reason}. It is still tried.`,
    });
  }
  if (priority === 'CRITICAL' && !usable.some(({ channel }) => isInterruptive(channel))) {
    found.push({ code: 'no-loud-channel', message: `A CRITICAL page to ${recipient.id} can neither text nor ring.` });
  }
  return found;
}

/** The warning of an acknowledgement or resolution that no channel can carry (docs/spec/api.md#dispatch). */
export function unsentText(recipientId: string, { unusable }: Pick<Plan, 'unusable'>): string {
  const reasons = unusable.map(({ channel, reason }) => `${channel}: ${UNUSABLE_TEXT[reason]}`).join(' ');
  const sentence = `No channel can bring this message to ${recipientId}; the incident is answered all the same.`;
  return reasons === '' ? sentence : `${sentence} ${reasons}`;
}

/** Why a channel cannot be used, for the person who called (422 `no-usable-channel`). */
export const UNUSABLE_TEXT: Record<Unusable, string> = {
  'not-available': 'This deployment does not have the channel.',
  'never-rings': 'LOW pages and news about an answer never ring.',
  disabled: 'The recipient has switched it off in their preferences.',
  'no-contact': 'The recipient has no address for it.',
  'phone-unverified': 'The recipient’s phone is not verified.',
  'sms-suppressed': 'The recipient opted out of SMS (STOP).',
};
