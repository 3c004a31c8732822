import { deliveryKey } from '../core/page/page.ts';
import { OPTED_OUT, refuse } from '../core/page/refuse.ts';
import type { Clock, DeliveryMessage, OptOutStore, PageStore } from '../core/ports.ts';
import type { AfterFailure } from '../operations/after-failure.ts';
import { changePage } from '../operations/change-page.ts';
import type { CopyResult } from './deliver.ts';

interface Deps {
  pages: PageStore;
  optOuts: Pick<OptOutStore, 'has'>;
  afterFailure: AfterFailure;
  clock: Clock;
}

/**
 * No text goes to a number from which STOP has come since the last attempt (contract §2, "Opt-out"). A dispatch has just
 * looked, so the first attempt does not: the usual page reads nothing for this.
 */
export function unlessOptedOut(
  deliver: (message: DeliveryMessage) => Promise<CopyResult>,
  { pages, optOuts, afterFailure, clock }: Deps,
): (message: DeliveryMessage) => Promise<CopyResult> {
  return async (message) => {
    const { pageId, round, channel, claim } = message;
    if (claim === 1) return deliver(message);
    const key = deliveryKey(round, channel);
    const page = await pages.get(pageId);
    const delivery = page?.deliveries[key];
    if (!page || delivery?.status !== 'QUEUED' || !(await optOuts.has(delivery.to))) return deliver(message);
    const changed = await changePage(
      pages,
      pageId,
      (current) => ({ page: refuse(current, key, claim, OPTED_OUT, clock.now()) }),
      { start: page },
    );
    // Whatever else has become of it is told by those who drop copies.
    if (changed?.page.deliveries[key]?.status !== 'FAILED') return deliver(message);
    await afterFailure({ pageId, channel });
    return { copy: 'done' };
  };
}
