import type { Channel, DeliveryError, Page } from '../page/page.ts';
import type { Starting } from '../page/starting.ts';
import type { Recipient } from '../recipient/recipient.ts';
import { channelAvailability, UNUSABLE_TEXT } from './plan.ts';

/**
 * Channels that were planned some time ago, with the addresses of today; what has become unusable since says why. Where
 * the recipient is gone they stay as they were planned.
 */
export function replan(
  page: Page,
  channels: readonly { channel: Channel; to: string }[],
  recipient: Recipient | undefined,
  available: ReadonlySet<Channel>,
): Starting[] {
  if (!recipient) return [...channels];
  const wanted = {
    priority: page.incident.priority,
    type: page.type,
    ...(page.channels && { channels: page.channels }),
  };
  return channels.map(({ channel, to }) => {
    const judged = channelAvailability(channel, recipient, available, wanted);
    if ('to' in judged) return { channel, ...judged };
    const unusable: DeliveryError = {
      code: judged.reason === 'sms-suppressed' ? 'opted_out' : judged.reason,
      class: judged.reason === 'sms-suppressed' ? 'opted_out' : 'recipient_permanent',
      message: UNUSABLE_TEXT[judged.reason],
    };
    return { channel, to, unusable };
  });
}
