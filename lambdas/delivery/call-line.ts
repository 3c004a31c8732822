import { lineHolder } from '../core/call-line.ts';
import { claim } from '../core/page/claim.ts';
import { deliveryKey } from '../core/page/page.ts';
import type { CallLines, Clock, DeliveryMessage, DeliveryQueue, PageStore } from '../core/ports.ts';
import type { Rules } from '../core/rules.ts';
import type { CopyResult } from './deliver.ts';

interface Deps {
  pages: Pick<PageStore, 'get'>;
  lines: CallLines;
  queue: DeliveryQueue;
  rules: Pick<Rules, 'longestCall' | 'lineTaken'>;
  clock: Clock;
}

/**
 * Waits for the phone's line before anything is claimed, like for a place under a sender's limit: two calls to one phone
 * at a time would be one that nobody hears. The line is given back when the call's end is reported, or by time.
 */
export function onFreeLine(
  deliver: (message: DeliveryMessage) => Promise<CopyResult>,
  { pages, lines, queue, rules, clock }: Deps,
): (message: DeliveryMessage) => Promise<CopyResult> {
  return async (message) => {
    const key = deliveryKey(message.round, message.channel);
    // Consistently: a copy that is not seen to be about to call would call without the line.
    const page = await pages.get(message.pageId, { consistent: true });
    const delivery = page?.deliveries[key];
    const now = clock.now();
    // One that will be dropped must not keep the phone from ringing for others.
    if (page && delivery && claim(page, key, message.claim, 0, now).decision === 'claimed') {
      const isFree = await lines.take(delivery.to, lineHolder(message), now, now + rules.longestCall);
      if (!isFree) {
        await queue.send({ ...message, paced: true }, page.incident.priority, rules.lineTaken);
        return { copy: 'done' };
      }
    }
    return deliver(message);
  };
}
