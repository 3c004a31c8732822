import type { Delivery, DeliveryKey, Page } from '../../lambdas/core/page/page.ts';

export const T0 = Date.parse('2026-11-22T03:00:00Z');
export const SMS: DeliveryKey = '1.sms';

/** A page with one queued SMS; fields as given. */
export function somePage(fields: Partial<Page> = {}): Page {
  return {
    id: 'pg_aaaaaaaaaaaaaaaa',
    incident: { id: 'INC-1', title: 'High error rate', priority: 'CRITICAL', service: 'payments-api' },
    recipientId: 'usr_alice',
    type: 'new_incident',
    escalationLevel: 0,
    requireAck: true,
    ackScope: 'incident',
    escalateTo: [],
    skipTiers: false,
    code: '7K3',
    clientId: 'client',
    bodyDigest: 'digest',
    createdAt: T0,
    round: 1,
    later: [],
    rev: 1,
    deliveries: { [SMS]: someDelivery() },
    ...fields,
  };
}

export function someDelivery(fields: object = {}): Delivery {
  return {
    status: 'QUEUED',
    channel: 'sms',
    tier: 'secondary',
    round: 1,
    to: '+14155550100',
    attempts: 0,
    claims: 0,
    legs: 0,
    rev: 1,
    queuedAt: T0,
    events: [{ at: T0, kind: 'queued', attempt: 0, leg: 0 }],
    ...fields,
  } as Delivery;
}
