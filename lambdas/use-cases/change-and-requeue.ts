import type { Clock } from '../core/clock.ts';
import { deliveryKey, type Page } from '../core/page/page.ts';
import type { DeliveryMessage, DeliveryQueue, PageStore } from '../core/page/ports.ts';
import { ringAgain } from '../core/page/second-ring.ts';
import { FIXED, type Rules } from '../core/rules.ts';
import { changePage } from './change-page.ts';

interface Ports {
  pages: PageStore;
  queue: DeliveryQueue;
  rules: Rules;
  clock: Clock;
}

interface Options<D> {
  /** The page as just read or written by the caller. */
  start?: Page;
  /** What else has to be durable before the page is written; repeated when it is decided anew. */
  before?: (decision: D) => Promise<void>;
}

/**
 * Changes a page where the change may send its delivery on to the next provider: then `decide` gives the claim the queue
 * copy is for. A call that thereby ended without a person may ring once more, and its copy comes later.
 *
 * Two copies are sent. The first goes out before the page is written, so that a function that dies in between leaves
 * nobody waiting; it is hidden for longer than a function can live, or it could be looked at and dropped before the write
 * it belongs to. The second goes out after the write and is the one that is in a hurry. Claims drop whichever is late.
 */
export async function changeAndRequeue<D extends object>(
  { pages, queue, rules, clock }: Ports,
  delivery: Omit<DeliveryMessage, 'claim'>,
  decide: (page: Page) => D,
  { start, before }: Options<D> = {},
): Promise<{ page: Page; decision: D } | undefined> {
  const send = async (decision: D, leastMs: number) => {
    const { page, copy, delayMs = 0 } = decision as { page?: Page; copy?: number; delayMs?: number };
    const wait = Math.max(leastMs, delayMs);
    if (page && copy !== undefined) await queue.send({ ...delivery, claim: copy }, page.incident.priority, wait);
  };
  const decideAndRing = (page: Page): D => {
    const decision = decide(page);
    const { page: next } = decision as { page?: Page };
    const key = deliveryKey(delivery.round, delivery.channel);
    const again = next && next !== page ? ringAgain(next, key, rules, clock.now()) : undefined;
    return again ? { ...decision, ...again } : decision;
  };
  const changed = await changePage(pages, delivery.pageId, decideAndRing, {
    async prepare(decision) {
      await before?.(decision);
      await send(decision, FIXED.lease);
    },
    ...(start && { start }),
  });
  if (changed) await send(changed.decision, 0);
  return changed;
}
