/**
 * The vocabulary of Lifeline: a page is one notification to one recipient about one incident, a delivery is one channel
 * of it in one round, an attempt tries the channel's providers in order, and each provider call is a leg (contract,
 * "Words"). Times are epoch milliseconds in here and ISO 8601 only at the edges. One file because each word is
 * explained by others.
 */
export const PRIORITIES = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW'] as const;
export type Priority = (typeof PRIORITIES)[number];

export const PAGE_TYPES = ['new_incident', 'escalation', 'acknowledgment', 'resolution'] as const;
export type PageType = (typeof PAGE_TYPES)[number];

export const CHANNELS = ['email', 'sms', 'slack', 'teams', 'push', 'voice'] as const;
export type Channel = (typeof CHANNELS)[number];

export const TIERS = ['primary', 'secondary', 'fallback'] as const;
export type Tier = (typeof TIERS)[number];

export const PROVIDERS = ['twilio', 'sns', 'aws-voice', 'sendgrid', 'ses', 'slack', 'teams', 'sns-push'] as const;
export type Provider = (typeof PROVIDERS)[number];

/** The providers of a channel in the order they are tried (docs/spec/delivery.md#failover). */
export const PROVIDERS_OF: Record<Channel, readonly Provider[]> = {
  sms: ['twilio', 'sns'],
  voice: ['twilio', 'aws-voice'],
  email: ['sendgrid', 'ses'],
  slack: ['slack'],
  teams: ['teams'],
  push: ['sns-push'],
};

export interface Incident {
  id: string;
  title: string;
  priority: Priority;
  service: string;
  description?: string;
  team?: { id?: string; name?: string; slackChannel?: string };
  alertCount?: number;
  /** ISO 8601, as the caller gave it. */
  triggeredAt?: string;
  url?: string;
}

export const EVENT_KINDS = [
  'queued',
  'claimed',
  'attempt_failed',
  'failed_over',
  'sent',
  'receipt',
  'delivered',
  'deferred',
  'held',
  'retried',
  'dead_lettered',
  'skipped',
] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

/** One line of a delivery's history. `attempt` and `leg` are 0 before the first claim. */
export interface DeliveryEvent {
  at: number;
  kind: EventKind;
  attempt: number;
  leg: number;
  provider?: Provider;
  /** The provider's own word for the status, e.g. Twilio's `sent`. */
  providerStatus?: string;
  code?: string;
  /** What a newer version keeps of it besides, packed as it lies in the table (ADR 18). */
  newer?: string;
}

/**
 * Why a leg or a delivery failed: the provider's code or ours, its class (docs/spec/inside.md#fault-classes) and words
 * for a person.
 */
export interface DeliveryError {
  code: string;
  class: FaultClass;
  message: string;
}

/** What `classify` may say of a failed provider call (docs/spec/inside.md#fault-classes; "accepted" is not a fault). */
export const FAULT_CLASSES = [
  'transient',
  'provider_fault',
  'account_fault',
  'sender_fault',
  'destination_fault',
  'recipient_permanent',
  'refused_this_time',
  'opted_out',
  'our_bug',
  'unknown_code',
  'ambiguous',
] as const;
export type FaultClass = (typeof FAULT_CLASSES)[number];

/** A message that a provider has taken, with all that belongs to it. */
export interface SentMessage {
  provider: Provider;
  providerId: string;
  /** The provider call that it came of. */
  leg: number;
  /** No receipt was asked for, since it could not reach us (docs/spec/delivery.md#after-sent). */
  receiptNotRequested?: true;
  /** How long the words of a call take to be said, seconds. */
  spoken?: number;
}

/** Another page, whose message told of this one too (ADR 12), and how that message was sent. */
export interface BundledInto {
  pageId: string;
  provider?: Provider;
  receiptNotRequested?: true;
}

/** A message that came back before its own create call returned; its outcome is settled with that call. */
export interface UndeliveredEarly {
  leg: number;
  failsOver: boolean;
  error: DeliveryError;
  cancelled?: true;
}

/**
 * Where a delivery stands, with what lives only there. `isFailover` marks the same attempt going on, to the next
 * provider, after a message came back: it uses no attempt up. States are made in transitions.ts alone.
 */
export type DeliveryState =
  /** `notBefore`: it was put off, or rings once more; `error`: of the attempt before. */
  | { status: 'QUEUED'; error?: DeliveryError; notBefore?: number; isFailover?: true }
  | { status: 'SENDING'; leaseUntil: number; isFailover?: true; undeliveredEarly?: UndeliveredEarly }
  | { status: 'SENT' }
  | { status: 'DELIVERED'; at: number }
  | { status: 'FAILED'; at: number; error: DeliveryError }
  | { status: 'SKIPPED'; at: number; reason: SkipReason };

export const DELIVERY_STATUSES = ['QUEUED', 'SENDING', 'SENT', 'DELIVERED', 'FAILED', 'SKIPPED'] as const;
export type DeliveryStatus = DeliveryState['status'];
export type SkipReason = 'acknowledged' | 'resolved' | 'delivered' | 'superseded';

/** One channel of a page in one round. What is not in `state` outlives changes of it. */
export interface Delivery {
  channel: Channel;
  tier: Tier;
  round: number;
  /** The address at the time of dispatch: an E.164 number for sms and voice. */
  to: string;
  /** Attempts used, of five. Deferrals give theirs back. */
  attempts: number;
  /** The address was marked as broken when the delivery started: success mends it (ADR 24). */
  knownBroken?: true;
  /** Claims ever made: the fencing token, never given back. Queue copies and references name it (ADR 5). */
  claims: number;
  /** Provider calls made, numbered through the delivery (docs/spec/inside.md#callbacks). */
  legs: number;
  /** Raised by every change; a write is conditional on it. */
  rev: number;
  queuedAt: number;
  lastAttemptAt?: number;
  /** Set from the first acceptance on, whatever happens afterwards. */
  sentAt?: number;
  /** The message that was accepted last; it stays when it comes back, until another one is accepted. */
  sent?: SentMessage;
  bundledInto?: BundledInto;
  /**
   * Since when and how often it was put off because the whole channel was down. Ends when a worker writes an
   * acceptance; where a receipt tells of it first, it goes on and counts again if the message comes back.
   */
  deferral?: { since: number; count: number };
  /**
   * A call of a CRITICAL page that ended without a person and rings once more, or has (docs/spec/delivery.md#attempts).
   */
  secondRing?: true;
  /** Set once a message came back undelivered: only the providers from this one on are tried from then on. */
  failoverFrom?: Provider;
  /** Why the message before `failoverFrom` came back: what decides about later rounds where the others fail too. */
  undelivered?: DeliveryError;
  /** Highest receipt seen as [leg, rank] (docs/spec/inside.md#callbacks). */
  receipt?: { leg: number; rank: number };
  /**
   * Fields of a newer version, named as in the table: carried along by every change, and looked at by none (ADR 18).
   */
  newer?: Readonly<Record<string, unknown>>;
  events: DeliveryEvent[];
  state: DeliveryState;
}

/** A delivery that is known to be in one of these states. */
export type DeliveryIn<S extends DeliveryStatus> = Delivery & { state: Extract<DeliveryState, { status: S }> };

export const isIn = <S extends DeliveryStatus>(
  delivery: Delivery | undefined,
  ...statuses: readonly S[]
): delivery is DeliveryIn<S> => statuses.some((status) => status === delivery?.state.status);

/** The provider of the delivery's own message, else of the one that it was bundled into. */
export const providerOf = ({ sent, bundledInto }: Pick<Delivery, 'sent' | 'bundledInto'>): Provider | undefined =>
  sent?.provider ?? bundledInto?.provider;

/** Whether no receipt was asked for of the message that the delivery rests on. */
export const isWithoutReceipt = ({ sent, bundledInto }: Pick<Delivery, 'sent' | 'bundledInto'>): boolean =>
  (sent?.receiptNotRequested ?? bundledInto?.receiptNotRequested) === true;

/** The channels of one tier that can reach the recipient, with their addresses. */
export interface PlannedTier {
  tier: Tier;
  channels: { channel: Channel; to: string }[];
}

export const HOLD_REASONS = ['maintenance', 'quiet-hours', 'cap'] as const;

/** Why a page waits before anything is sent (docs/spec/suppression.md#held). */
export interface Hold {
  until: number;
  reason: (typeof HOLD_REASONS)[number];
  /** The maintenance window, where it is one. */
  by?: string;
}

export type AnswerVia = 'api' | 'sms' | 'voice' | 'slack' | 'link' | 'dispatch';
/** Who answered. `by` is a display name, `subject` the token's subject, for the audit. */
export interface Answer {
  at: number;
  by: string;
  via: AnswerVia;
}

/** `1.sms`: round and channel name a delivery within its page. */
export type DeliveryKey = `${number}.${Channel}`;
export const deliveryKey = (round: number, channel: Channel): DeliveryKey => `${round}.${channel}`;

export interface Page {
  /** `pg_` + 16 base32 characters. */
  id: string;
  incident: Incident;
  recipientId: string;
  type: PageType;
  escalationLevel: number;
  requireAck: boolean;
  ackScope: 'incident' | 'recipient';
  escalateTo: string[];
  /** The caller's `channels` and `skipTiers`, kept because follow-ups repeat exactly those. */
  channels?: Channel[];
  skipTiers: boolean;
  /** Short reply code, unique on that phone for 7 days; absent when no phone is involved. */
  code?: string;
  /** JWT client that dispatched it, for the audit. */
  clientId: string;
  /** Digest of the request body, to tell a replay from a reused key. */
  bodyDigest: string;
  createdAt: number;
  round: number;
  /** The description is long and lies apart: `PageStore.getWhole` brings it. */
  descriptionApart?: true;
  /** Tiers that have not started in this round, in the order they will. */
  pendingTiers: PlannedTier[];
  /** Since when escalation has been given up: nobody answered in time, or there is no channel left. */
  exhausted?: { at: number };
  /** When key 9 passed it on to `escalateTo`; the page stays open. */
  passedOn?: { at: number; by: string };
  /** Nothing is sent and no clock runs until then. Read by `isHeld`: an answered page may still carry it. */
  held?: Hold;
  /** The louder page that took this one's place, and when (ADR 15). */
  superseded?: { at: number; by: string };
  /** Pages whose messages it shares: `live`, or `digest:<ms>` (ADR 12). */
  group?: string;
  /** From when on sends and clocks count: set when a page is retried. */
  since?: number;
  /** A test of somebody's contact points: marked as one, and never escalated. */
  test?: true;
  /** How its recipient reads: taken over at dispatch, so that a worker need not look. */
  locale?: { timezone?: string; language?: string };
  acknowledged?: Answer;
  resolved?: Answer;
  /** Raised by every change of the page itself (answers, starts of tiers); deliveries carry their own. */
  rev: number;
  deliveries: Record<DeliveryKey, Delivery>;
}

export type PageStatus =
  | 'ACCEPTED'
  | 'HELD'
  | 'IN_PROGRESS'
  | 'SENT'
  | 'DELIVERED'
  | 'ACKNOWLEDGED'
  | 'RESOLVED'
  | 'FAILED'
  | 'EXHAUSTED';

/** Where a page stands in every list: by time, then by id, so that no two are equal. Sorts as text. */
export const positionOf = (page: Pick<Page, 'id' | 'createdAt'>): string =>
  `${String(page.createdAt).padStart(13, '0')}#${page.id.slice(3)}`;
