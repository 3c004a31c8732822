import type { Plan } from '../escalation/plan.ts';
import type { AnswerAction } from './answer.ts';
import { asksForAnswer } from './kind.ts';
import type { Answer, Channel, Delivery, DeliveryKey, Hold, Incident, Page, PageType, Priority } from './page.ts';
import { deliveryKey } from './page.ts';
import { newDelivery } from './start.ts';

/** A validated dispatch (docs/spec/api.md#dispatch), defaults filled in. */
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
  /** Who dispatches it: an acknowledgement that no channel can carry says that this person answered. */
  by: string;
  bodyDigest: string;
  now: number;
  locale?: NonNullable<Page['locale']>;
  test?: true;
  held?: Hold;
  group?: string;
}

/**
 * A page as it is first written: the deliveries of its first tier, queued. Later tiers join when they start. A plan
 * without channels is for news alone: its page is acknowledged or resolved from the start.
 */
export function newPage({
  id,
  request,
  plan,
  code,
  clientId,
  by,
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
    ...(deliveries.length === 0 && unsentNews(request.type, { at: now, by, via: 'dispatch' })),
    clientId,
    bodyDigest,
    createdAt: now,
    round: 1,
    // Whether an address of a later tier is broken is judged anew when the tier starts.
    pendingTiers: later.map(({ tier, channels }) => ({
      tier,
      channels: channels.map(({ channel, to }) => ({ channel, to })),
    })),
    rev: 1,
    deliveries: Object.fromEntries(deliveries),
  };
}

/**
 * How a page of this type answers its incident by being dispatched; undefined for alarms (docs/spec/api.md#dispatch).
 */
export function answeredBy(type: PageType): AnswerAction | undefined {
  if (type === 'resolution') return 'resolve';
  return type === 'acknowledgment' ? 'acknowledge' : undefined;
}

/** News without a message ends with the answer that it brings, since nothing else will ever become of it. */
function unsentNews(type: PageType, answer: Answer): Pick<Page, 'acknowledged' | 'resolved'> {
  switch (answeredBy(type)) {
    case 'acknowledge':
      return { acknowledged: answer };
    case 'resolve':
      return { resolved: answer };
    default:
      return {};
  }
}

/** Whether somebody has to answer, where the caller did not say (docs/spec/api.md#dispatch). */
export const requiresAck = (type: PageType, priority: Priority): boolean =>
  asksForAnswer({ type }) && (priority === 'CRITICAL' || priority === 'HIGH');
