import {
  type Delivery,
  type DeliveryEvent,
  deliveryKey,
  isIn,
  type Page,
  providerOf,
  type Tier,
} from '../../core/page/page.ts';
import { isHeld, pageStatus } from '../../core/page/status.ts';
import type { Delivery as DeliveryBody, Page as PageBody } from '../api.gen.ts';

const iso = (at: number): string => new Date(at).toISOString();
const isoIf = <K extends string>(key: K, at: number | undefined): { [k in K]?: string } =>
  (at === undefined ? {} : { [key]: iso(at) }) as { [k in K]?: string };

/** A page as the API shows it (docs/spec/api.md#page-and-delivery). */
export function pageView(page: Page): PageBody {
  const { acknowledged, resolved, superseded } = page;
  return {
    notificationId: page.id,
    incidentId: page.incident.id,
    recipientId: page.recipientId,
    incident: page.incident,
    type: page.type,
    escalationLevel: page.escalationLevel,
    requireAck: page.requireAck,
    ackScope: page.ackScope,
    escalateTo: page.escalateTo,
    ...(page.channels && { channels: page.channels }),
    skipTiers: page.skipTiers,
    status: pageStatus(page),
    round: page.round,
    tier: currentTier(page),
    pendingTiers: page.pendingTiers.map(({ tier }) => tier),
    ...(page.code !== undefined && { code: page.code }),
    createdAt: iso(page.createdAt),
    ...(page.test && { test: true as const }),
    ...(isHeld(page) && { heldUntil: iso(page.held.until), heldReason: page.held.reason }),
    ...(superseded && { supersededAt: iso(superseded.at), supersededBy: superseded.by }),
    ...(page.exhausted && { exhaustedAt: iso(page.exhausted.at) }),
    ...(acknowledged && {
      acknowledgedAt: iso(acknowledged.at),
      acknowledgedBy: acknowledged.by,
      acknowledgedVia: acknowledged.via,
    }),
    ...(resolved && { resolvedAt: iso(resolved.at), resolvedBy: resolved.by, resolvedVia: resolved.via }),
    deliveries: deliveryViews(page),
  };
}

/** The tier that was started last. */
const currentTier = (page: Page): Tier => {
  const latest = Object.values(page.deliveries)
    .toSorted((a, b) => a.round - b.round || a.queuedAt - b.queuedAt)
    .at(-1);
  return latest?.tier ?? 'primary';
};

/** `pg_….1.sms`: derived, so it needs no room in the row. */
const deliveryId = (page: Page, delivery: Delivery): string =>
  `${page.id}.${deliveryKey(delivery.round, delivery.channel)}`;

/** The deliveries of a page as the API shows them, in the order they were queued. */
export function deliveryViews(page: Page): DeliveryBody[] {
  return Object.values(page.deliveries)
    .sort((a, b) => a.queuedAt - b.queuedAt)
    .map((d) => ({
      deliveryId: deliveryId(page, d),
      notificationId: page.id,
      incidentId: page.incident.id,
      recipientId: page.recipientId,
      channel: d.channel,
      tier: d.tier,
      round: d.round,
      status: d.state.status,
      attempts: d.attempts,
      ...providerOfView(d),
      ...('error' in d.state && d.state.error && { error: d.state.error }),
      queuedAt: iso(d.queuedAt),
      ...isoIf('lastAttemptAt', d.lastAttemptAt),
      ...isoIf('sentAt', d.sentAt),
      ...isoIf('deliveredAt', isIn(d, 'DELIVERED') ? d.state.at : undefined),
      ...isoIf('failedAt', isIn(d, 'FAILED') ? d.state.at : undefined),
      ...isoIf('deferredUntil', isIn(d, 'QUEUED') ? d.state.notBefore : undefined),
      events: inOrder(d.events).map(eventView),
    }));
}

function providerOfView(delivery: Delivery) {
  const [provider, providerId] = [providerOf(delivery), delivery.sent?.providerId];
  return { ...(provider && { provider }), ...(providerId && { providerId }) };
}

/**
 * By time. A row keeps events in the order they were written: a callback may be written before the worker whose call it
 * is about writes when that call ended. What happened in one millisecond stays in that order.
 */
const inOrder = (events: readonly DeliveryEvent[]): DeliveryEvent[] => events.toSorted((a, b) => a.at - b.at);

const eventView = ({ at, newer: _, ...event }: DeliveryEvent) => ({ at: iso(at), ...event });
