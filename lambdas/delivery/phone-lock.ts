import type { Clock } from '../core/clock.ts';
import { NO_HUMAN } from '../core/escalation/activations.ts';
import { claim } from '../core/page/claim.ts';
import { type DeliveryError, deliveryKey, isIn, type Page } from '../core/page/page.ts';
import type { DeliveryMessage, DeliveryQueue, PageStore } from '../core/page/ports.ts';
import { refuse } from '../core/page/refuse.ts';
import { lockHolder } from '../core/rate-limit/phone-lock.ts';
import type { PhoneLocks } from '../core/rate-limit/ports.ts';
import type { Rules } from '../core/rules.ts';
import type { AfterFailure } from '../use-cases/after-failure.ts';
import { changePage } from '../use-cases/change-page.ts';
import type { CopyResult } from './deliver.ts';

interface Deps {
  pages: PageStore;
  phoneLocks: PhoneLocks;
  queue: DeliveryQueue;
  afterFailure: AfterFailure;
  rules: Pick<Rules, 'longestCall' | 'lineTaken' | 'lineLimit'>;
  clock: Clock;
}

/**
 * The phone was busy all the time, if only with calls of ours: the follow-up rings again
 * (docs/spec/delivery.md#attempts).
 */
const LINE_TAKEN: DeliveryError = {
  code: NO_HUMAN,
  class: 'recipient_permanent',
  message: 'The phone was in other calls for an hour.',
};

/**
 * Waits for the phone's line before anything is claimed, like for a place under a sender's limit: two calls to one
 * phone at a time would be one that nobody hears. The line is given back when the call's end is reported, or by time.
 *
 * A call of a page that is being followed up is superseded by its next round; one that nothing supersedes gives up
 * after an hour of waiting, or it would go round for as long as others keep the phone busy.
 */
export function onFreePhone(
  deliver: (message: DeliveryMessage) => Promise<CopyResult>,
  { pages, phoneLocks, queue, afterFailure, rules, clock }: Deps,
): (message: DeliveryMessage) => Promise<CopyResult> {
  return async (message) => {
    const key = deliveryKey(message.round, message.channel);
    // Consistently: a copy that is not seen to be about to call would call without the line.
    const page = await pages.get(message.pageId, { consistent: true });
    const delivery = page?.deliveries[key];
    const now = clock.now();
    // One that will be dropped must not keep the phone from ringing for others.
    if (page && delivery && claim(page, key, message.claim, 0, now).decision === 'claimed') {
      const isFree = await phoneLocks.take(delivery.to, lockHolder(message), now, now + rules.longestCall);
      if (!isFree) return waitFor(message, page);
    }
    return deliver(message);
  };

  async function waitFor(message: DeliveryMessage, page: Page): Promise<CopyResult> {
    const waits = (message.waits ?? 0) + 1;
    if (waits * rules.lineTaken > rules.lineLimit) return giveUp(message, page);
    await queue.send({ ...message, paced: true, waits }, page.incident.priority, rules.lineTaken);
    return { copy: 'done' };
  }

  async function giveUp(message: DeliveryMessage, page: Page): Promise<CopyResult> {
    const { pageId, round, channel, claim: copy } = message;
    const key = deliveryKey(round, channel);
    const changed = await changePage(
      pages,
      pageId,
      (current) => ({ page: refuse(current, key, copy, LINE_TAKEN, clock.now()) }),
      { start: page },
    );
    // A copy that comes back to its own failure tells it once more; what else has become of the delivery, `deliver`
    // sees.
    if (!isIn(changed?.page.deliveries[key], 'FAILED')) return deliver(message);
    await afterFailure({ pageId, channel });
    return { copy: 'done' };
  }
}
