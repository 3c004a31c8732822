import type { CallbackRef } from '../core/callback-ref.ts';
import { deliveryKey } from '../core/page/page.ts';
import { applyReceipt } from '../core/page/receipt.ts';
import type { Clock, DeliveryQueue, PageStore, Receipt } from '../core/ports.ts';
import { changeAndSendOn } from './send-on.ts';

export type ReceiveReceipt = (ref: CallbackRef, receipt: Receipt) => Promise<'applied' | 'repeat' | 'unknown'>;

/**
 * Applies a provider's receipt to the send it is about, however it came: by callback, by asking, or from a log. A message
 * that came back is queued for the next provider before its page says so.
 */
export function createReceiveReceipt(deps: { pages: PageStore; queue: DeliveryQueue; clock: Clock }): ReceiveReceipt {
  const { pages, queue, clock } = deps;
  return async (ref, receipt) => {
    const { pageId, round, channel } = ref;
    const applied = await changeAndSendOn(pages, queue, { pageId, round, channel }, (page) =>
      applyReceipt(page, deliveryKey(round, channel), ref, receipt, clock.now()),
    );
    return applied?.decision.decision ?? 'unknown';
  };
}
