import type {
  Delivery,
  DeliveryError,
  DeliveryKey,
  Page,
  SentMessage,
  SkipReason,
  UndeliveredEarly,
} from '../../lambdas/core/page/page.ts';
import { present } from '../../lambdas/core/present.ts';

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
    pendingTiers: [],
    rev: 1,
    ...fields,
    deliveries: byKey(fields.deliveries ?? { [SMS]: someDelivery() }),
  };
}

/** As in rows, the key names the round and the channel. */
const byKey = (deliveries: Page['deliveries']): Page['deliveries'] =>
  Object.fromEntries(
    Object.entries(deliveries).map(([key, one]): [string, Delivery] => {
      const [round, channel] = key.split('.');
      const isSame = one.round === Number(round) && one.channel === channel;
      return [key, isSame ? one : ({ ...one, round: Number(round), channel } as Delivery)];
    }),
  );

/** A delivery's fields side by side, named as in rows of the first versions: what most tests vary is one of them. */
export interface FlatDelivery extends Omit<Partial<Delivery>, 'state' | 'sent' | 'bundledInto' | 'failoverFrom'> {
  status?: string;
  error?: DeliveryError;
  deferredUntil?: number;
  resumes?: true;
  leaseUntil?: number;
  early?: UndeliveredEarly;
  deliveredAt?: number;
  failedAt?: number;
  skippedAt?: number;
  skipReason?: SkipReason;
  provider?: string;
  providerId?: string;
  providerLeg?: number;
  unreported?: true;
  spoken?: number;
  carrier?: string;
  from?: string;
  cameBack?: DeliveryError;
}

/** A queued SMS; fields as given. Words may be those of a newer version. */
export function someDelivery(flatFields: object = {}): Delivery {
  const {
    status = 'QUEUED',
    error,
    deferredUntil: notBefore,
    resumes: isFailover,
    leaseUntil = 0,
    early: undeliveredEarly,
    deliveredAt,
    failedAt,
    skippedAt,
    skipReason: reason,
    provider,
    providerId,
    providerLeg,
    unreported: receiptNotRequested,
    spoken,
    carrier,
    from: failoverFrom,
    cameBack: undelivered,
    ...fields
  }: FlatDelivery = flatFields;
  const at = deliveredAt ?? failedAt ?? skippedAt ?? T0;
  const own: Record<string, object> = {
    QUEUED: present({ error, notBefore, isFailover }),
    SENDING: present({ leaseUntil, isFailover, undeliveredEarly }),
    SENT: {},
    DELIVERED: { at },
    FAILED: { at, error: error ?? { code: 'failed', class: 'transient', message: 'failed' } },
    SKIPPED: { at, reason: reason ?? 'acknowledged' },
  };
  const how = present({ provider, receiptNotRequested });
  const message = carrier === undefined ? [provider, providerId, providerLeg, spoken] : [providerId, providerLeg];
  const isOwn = message.some((one) => one !== undefined);
  const sent = {
    provider: 'twilio',
    ...how,
    providerId: providerId ?? '',
    leg: providerLeg ?? 0,
    ...present({ spoken }),
  };
  const delivery = {
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
    ...present({ failoverFrom, undelivered }),
    ...(isOwn && { sent }),
    ...(carrier !== undefined && { bundledInto: { pageId: carrier, ...(!isOwn && how) } }),
    state: { status, ...(own[status] ?? present({ error })) },
  };
  return delivery as Delivery;
}

/** The fields side by side again, for what a test expects of some of them. */
export function flat(delivery: Delivery | undefined): FlatDelivery {
  if (!delivery) return {};
  const { state, sent, bundledInto, failoverFrom, undelivered, ...fields } = delivery;
  const { status, ...own } = state;
  const { at, reason, notBefore, isFailover, undeliveredEarly, ...rest } = own as Record<string, unknown>;
  const message: Partial<SentMessage> = sent ?? bundledInto ?? {};
  const times: Record<string, string> = { DELIVERED: 'deliveredAt', FAILED: 'failedAt', SKIPPED: 'skippedAt' };
  return present({
    ...fields,
    ...rest,
    status,
    [times[status] ?? 'none']: at,
    skipReason: reason,
    deferredUntil: notBefore,
    resumes: isFailover,
    early: undeliveredEarly,
    provider: message.provider,
    providerId: message.providerId || undefined,
    providerLeg: message.leg || undefined,
    spoken: message.spoken,
    unreported: message.receiptNotRequested,
    carrier: bundledInto?.pageId,
    from: failoverFrom,
    cameBack: undelivered,
  }) as FlatDelivery;
}

/** A page with its deliveries' fields side by side, for what a test expects of some of them. */
export const flatPage = (page: Page) => ({
  ...page,
  deliveries: Object.fromEntries(Object.entries(page.deliveries).map(([key, one]) => [key, flat(one)])),
});
