import type { Plan } from '../plan.ts';
import type { Channel, Delivery, DeliveryKey, Incident, Page, PageType, Priority } from './page.ts';
import { deliveryKey } from './page.ts';

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
}

/** A page as it is first written: the deliveries of its first tier, queued. Later tiers join when they start. */
export function newPage({ id, request, plan, code, clientId, bodyDigest, now }: Draft): Page {
  const round = 1;
  const [first] = plan.tiers;
  const deliveries = (first?.channels ?? []).map(({ channel, to }): [DeliveryKey, Delivery] => [
    deliveryKey(round, channel),
    {
      status: 'QUEUED',
      channel,
      tier: first?.tier ?? 'primary',
      round,
      to,
      attempts: 0,
      claims: 0,
      legs: 0,
      rev: 1,
      queuedAt: now,
      events: [{ at: now, kind: 'queued', attempt: 0, leg: 0 }],
    },
  ]);
  const { channels, ...rest } = request;
  return {
    ...rest,
    ...(channels && { channels }),
    id,
    ...(code !== undefined && { code }),
    clientId,
    bodyDigest,
    createdAt: now,
    round,
    rev: 1,
    deliveries: Object.fromEntries(deliveries),
  };
}

/** Whether somebody has to answer, where the caller did not say (contract §1, "Dispatch"). */
export const requiresAck = (type: PageType, priority: Priority): boolean =>
  (type === 'new_incident' || type === 'escalation') && (priority === 'CRITICAL' || priority === 'HIGH');
