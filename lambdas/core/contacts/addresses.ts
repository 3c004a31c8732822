import type { Channel } from '../page/page.ts';
import { pagedPhone, type Recipient } from '../recipient/recipient.ts';

/** Where the channel reaches the person: one address, for push one for each device; empty where there is none. */
export function addressesOf(recipient: Recipient, channel: Channel): string[] {
  return channel === 'push' ? (recipient.pushEndpoints ?? []) : [singleAddress(recipient, channel)].filter(isGiven);
}

function singleAddress(recipient: Recipient, channel: Exclude<Channel, 'push'>): string | undefined {
  switch (channel) {
    case 'sms':
    case 'voice':
      return pagedPhone(recipient);
    case 'email':
      return recipient.email;
    case 'slack':
      return recipient.slackUserId;
    case 'teams':
      return recipient.teamsWebhookUrl;
  }
}

const isGiven = (address: string | undefined): address is string => address !== undefined && address !== '';
