import { type DeliveryKey, deliveryKey, type Hold, isIn, type Page } from './page.ts';
import { newDelivery } from './start.ts';
import type { Starting } from './starting.ts';
import { isStopped } from './status.ts';

/** What waits in a held page: its first tier, without copies. */
export const waiting = (page: Page) => Object.values(page.deliveries).filter((one) => isIn(one, 'QUEUED'));

/**
 * Lets a held page go: its deliveries are queued as of now, so every clock starts now (ADR 12). A page that is
 * answered, superseded or not held stays as it is.
 * @param channels what `waiting` gave, with the addresses of now; one that has become unusable is FAILED from the start
 * @param group of the pages that are released together
 */
export function release(page: Page, channels: readonly Starting[], now: number, group?: string): Page {
  if (!page.held || isStopped(page)) return page;
  const { held: _, ...rest } = page;
  const queued = waiting(page).flatMap((delivery): [DeliveryKey, Page['deliveries'][DeliveryKey]][] => {
    const { channel, tier, round, rev, events, newer } = delivery;
    const starting = channels.find((one) => one.channel === channel);
    if (!starting) return [];
    const fresh = { ...newDelivery(tier, round, starting, now), ...(newer && { newer }) };
    return [[deliveryKey(round, channel), { ...fresh, rev: rev + 1, events: [...events, ...fresh.events] }]];
  });
  return {
    ...rest,
    ...(group !== undefined && { group }),
    rev: page.rev + 1,
    deliveries: { ...page.deliveries, ...Object.fromEntries(queued) },
  };
}

/** Another end or reason of the hold. */
export function extendHold(page: Page, held: Hold): Page {
  const is = page.held;
  if (!is || isStopped(page) || (is.until === held.until && is.reason === held.reason && is.by === held.by))
    return page;
  return { ...page, rev: page.rev + 1, held };
}
