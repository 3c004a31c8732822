import type { Delivery, DeliveryEvent, DeliveryKey, Page } from './page.ts';

/**
 * Transitions are pure: they take a page and give the next one, with `rev` raised on whatever they touched. The store
 * then writes exactly that, on condition that no touched `rev` has moved (ADR 2).
 */
export function withDelivery(page: Page, key: DeliveryKey, next: Delivery): Page {
  return { ...page, deliveries: { ...page.deliveries, [key]: { ...next, rev: next.rev + 1 } } };
}

export const append = (delivery: Delivery, ...events: DeliveryEvent[]): DeliveryEvent[] => [
  ...delivery.events,
  ...events,
];
