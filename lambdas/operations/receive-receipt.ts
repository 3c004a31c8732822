import { circuitName } from '../core/breaker.ts';
import { lineHolder } from '../core/call-line.ts';
import type { CallbackRef } from '../core/callback-ref.ts';
import { OfNewerVersion } from '../core/newer.ts';
import { isTooMany, wasFollowed } from '../core/page/overtaken.ts';
import { deliveryKey } from '../core/page/page.ts';
import { applyReceipt, revealsDuplicate } from '../core/page/receipt.ts';
import type { CallLines, Clock, DeliveryQueue, PageStore, Receipt } from '../core/ports.ts';
import type { AfterFailure, TellRiders } from './after-failure.ts';
import type { Circuits } from './circuits.ts';
import type { OptOut } from './opt-out.ts';
import { changeAndSendOn } from './send-on.ts';

export type ReceiveReceipt = (ref: CallbackRef, receipt: Receipt) => Promise<'applied' | 'repeat' | 'unknown'>;

interface Deps {
  pages: PageStore;
  queue: DeliveryQueue;
  optOut: Pick<OptOut, 'suppress'>;
  /** Hears what a code says of the account or our sender: of some, like an unregistered 10DLC number, only a receipt tells. */
  circuits?: Pick<Circuits, 'failed' | 'refusedSender'>;
  afterFailure: AfterFailure;
  /** Where receipts of calls come in: a call that is over gives the phone's line back. */
  lines?: Pick<CallLines, 'free'>;
  /** Ends a call that rings although another one was placed after it, or the page is answered (ADR 11). */
  hangUp?: (providerId: string) => Promise<unknown>;
  /** Where pages share messages. */
  tellRiders?: TellRiders;
  /** A person turned out to have a text twice. */
  duplicate(): void;
  clock: Clock;
}

/**
 * Applies a provider's receipt to the send it is about, however it came: by callback, by asking, or from a log. A message
 * that came back is queued for the next provider before its page says so; one that the person does not want any more
 * suppresses the number.
 */
export function createReceiveReceipt({
  pages,
  queue,
  optOut,
  circuits,
  afterFailure,
  lines,
  hangUp,
  duplicate,
  clock,
  tellRiders,
}: Deps): ReceiveReceipt {
  return async (ref, receipt) => {
    const { pageId, round, channel } = ref;
    const applied = await changeAndSendOn(pages, queue, { pageId, round, channel }, (page) =>
      applyReceipt(page, deliveryKey(round, channel), ref, receipt, clock.now()),
    );
    if (applied?.decision.decision === 'newer') throw new OfNewerVersion(applied.decision.what);
    const isOver = receipt.news !== 'progress';
    const called = applied?.page.deliveries[deliveryKey(round, channel)];
    if (applied && called && channel === 'voice') {
      // Another provider may have placed a second call by then, whose the line still is, whatever became of the first.
      const isLast = called.status !== 'SENDING' && !wasFollowed(called, ref.leg);
      // Repeats too: the one before may have died in between.
      if (isOver && isLast) await lines?.free(called.to, lineHolder(ref));
      if (!isOver && isTooMany(applied.page, deliveryKey(round, channel), ref.leg)) await hangUp?.(receipt.providerId);
    }
    const isNews = applied?.decision.decision === 'applied';
    if (isNews && revealsDuplicate(applied.page, deliveryKey(round, channel), ref.leg, receipt)) duplicate();
    const isSettled = called?.status === 'DELIVERED' || called?.status === 'SKIPPED';
    if (isSettled && applied) await tellRiders?.(applied.page, called);
    const fault = typeof receipt.news === 'object' ? receipt.news.undelivered : undefined;
    if (isNews && fault?.disablesSender) {
      await circuits?.refusedSender(circuitName(receipt.provider, channel), fault.code);
    } else if (isNews && fault?.opens) await circuits?.failed(circuitName(receipt.provider, channel), fault, false);
    const delivery = applied?.page.deliveries[deliveryKey(round, channel)];
    // Repeats too. And what came back after it had been delivered is no success any more, wherever it goes next.
    if (fault && (delivery?.status === 'FAILED' || delivery?.status === 'QUEUED'))
      await afterFailure({ pageId, channel });
    const to = delivery?.to;
    // Repeats too; suppressing a number twice changes nothing.
    if (applied?.decision.decision !== 'unknown' && fault?.class === 'opted_out' && to) {
      await optOut.suppress(to, receipt.provider, fault.code);
    }
    return applied?.decision.decision ?? 'unknown';
  };
}
