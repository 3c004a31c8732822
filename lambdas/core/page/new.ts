import type { Plan } from '../plan.ts';
import type { Channel, Delivery, DeliveryKey, Hold, Incident, Page, PageType, Priority } from './page.ts';
import { deliveryKey } from './page.ts';
import { newDelivery } from './start.ts';

/** A validated dispatch (contract §1, "Dispatch"), defaults filled in. */
export interface DispatchRequest {
  incident: Incident;
  recipientId: string;
  type: PageType;
  escalationLevel: number;
  channels?: Channel[];
  skipTiers: boolean;
  requireAck: boolean;
  ackScope: 'incident' | 'recipient';
  escalateTo: string[];
}

interface Draft {
  id: string;
  request: DispatchRequest;
  plan: Plan;
  code: string | undefined;
  clientId: string;
  bodyDigest: string;
  now: number;
  locale?: NonNullable<Page['locale']>;
  test?: true;
  held?: Hold;
  group?: string;
}

/** A page as it is first written: the deliveries of its first tier, queued. Later tiers join when they start. */
export function newPage({
  id,
  request,
  plan,
  code,
  clientId,
  bodyDigest,
  now,
  locale,
  test,
  held,
  group,
}: Draft): Page {
  const [first, ...later] = plan.tiers;
  const deliveries = (first?.channels ?? []).map((one): [DeliveryKey, Delivery] => {
    const delivery = newDelivery(first?.tier ?? 'primary', 1, one, now);
    if (!held) return [deliveryKey(1, one.channel), delivery];
    const waits = { at: now, kind: 'held', attempt: 0, leg: 0, code: held.reason } as const;
    return [deliveryKey(1, one.channel), { ...delivery, events: [...delivery.events, waits] }];
  });
  const { channels, ...rest } = request;
  return {
    ...rest,
    ...(channels && { channels }),
    id,
    ...(code !== undefined && { code }),
    ...(locale && Object.keys(locale).length > 0 && { locale }),
    ...(test && { test }),
    ...(held && { held }),
    ...(group !== undefined && { group }),
    clientId,
    bodyDigest,
    createdAt: now,
    round: 1,
    later,
    rev: 1,
    deliveries: Object.fromEntries(deliveries),
  };
}

/** Whether somebody has to answer, where the caller did not say (contract §1, "Dispatch"). */
export const requiresAck = (type: PageType, priority: Priority): boolean =>
  (type === 'new_incident' || type === 'escalation') && (priority === 'CRITICAL' || priority === 'HIGH');
