import type { Delivery, DeliveryEvent, DeliveryKey, Page } from './page.ts';

/**
 * Transitions are pure: they take a page and give the next one, with `rev` raised on whatever they touched. The store
 * then writes exactly that, on condition that no touched `rev` has moved (ADR 2).
 */
export function withDelivery(page: Page, key: DeliveryKey, next: Delivery): Page {
  return { ...page, deliveries: { ...page.deliveries, [key]: { ...next, rev: next.rev + 1 } } };
}

/** The fields every status shares: what is left of a delivery when its status, with what belongs to it, is taken off. */
export function shared(delivery: Delivery) {
  const {
    channel,
    tier,
    round,
    to,
    attempts,
    knownBroken,
    claims,
    legs,
    rev,
    queuedAt,
    lastAttemptAt,
    sentAt,
    provider,
    providerId,
    providerLeg,
    spoken,
    unreported,
    deferral,
    secondRing,
    from,
    cameBack,
    early,
    receipt,
    carrier,
    newer,
    events,
  } = delivery;
  return {
    channel,
    tier,
    round,
    to,
    attempts,
    claims,
    legs,
    rev,
    queuedAt,
    events,
    ...(knownBroken && { knownBroken }),
    ...(lastAttemptAt !== undefined && { lastAttemptAt }),
    ...(sentAt !== undefined && { sentAt }),
    ...(provider && { provider }),
    ...(providerId && { providerId }),
    ...(providerLeg !== undefined && { providerLeg }),
    ...(spoken !== undefined && { spoken }),
    ...(unreported && { unreported }),
    ...(deferral && { deferral }),
    ...(secondRing && { secondRing }),
    ...(from && { from }),
    ...(cameBack && { cameBack }),
    ...(early && { early }),
    ...(receipt && { receipt }),
    ...(carrier && { carrier }),
    ...(newer && { newer }),
  };
}

export const append = (delivery: Delivery, ...events: DeliveryEvent[]): DeliveryEvent[] => [
  ...delivery.events,
  ...events,
];
