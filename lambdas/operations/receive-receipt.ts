import type { CallbackRef } from '../core/callback-ref.ts';
import { deliveryKey } from '../core/page/page.ts';
import { applyReceipt } from '../core/page/receipt.ts';
import type { Clock, DeliveryQueue, PageStore, Receipt } from '../core/ports.ts';
import { changePage } from './change-page.ts';

export type ReceiveReceipt = (ref: CallbackRef, receipt: Receipt) => Promise<'applied' | 'repeat' | 'unknown'>;

/**
 * Applies a provider's receipt to the send it is about, however it came: by callback, by asking, or from a log. A message
 * that came back is queued for the next provider before its page says so.
 */
export function createReceiveReceipt(deps: { pages: PageStore; queue: DeliveryQueue; clock: Clock }): ReceiveReceipt {
  const { pages, queue, clock } = deps;
  return async (ref, receipt) => {
    const { pageId, round, channel } = ref;
    const applied = await changePage(
      pages,
      pageId,
      (page) => applyReceipt(page, deliveryKey(round, channel), ref, receipt, clock.now()),
      {
        async prepare(decision) {
          if (decision.decision !== 'applied' || decision.copy === undefined) return;
          await queue.send({ pageId, round, channel, claim: decision.copy }, decision.page.incident.priority);
        },
      },
    );
    return applied?.decision.decision ?? 'unknown';
  };
}
