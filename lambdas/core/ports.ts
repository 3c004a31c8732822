/**
 * What the use cases need from the world. Adapters live in `stores/` and `providers/`; tests bring in-memory ones.
 * Times are epoch milliseconds, durations milliseconds.
 */
import type { AuditAction } from './audit-actions.ts';
import type { Circuit, CircuitName } from './breaker.ts';
import type { HealthSnapshot } from './health.ts';
import type { Pace } from './pace.ts';
import type { AnswerVia, Channel, DeliveryError, Page, Priority, Provider } from './page/page.ts';
import type { Recipient } from './recipient.ts';

export type * from './inbound-ports.ts';
export type * from './opt-out-ports.ts';
export type * from './page-ports.ts';
export type * from './provider-ports.ts';

export interface Clock {
  now(): number;
}

export interface RecipientStore {
  get(id: string): Promise<Recipient | undefined>;
  /** Writes if the stored version is still `expected` (0: must not exist). */
  put(recipient: Recipient, expected: number): Promise<'saved' | 'conflict'>;
  delete(id: string, expected: number): Promise<'deleted' | 'conflict'>;
  /** By id, those behind `after`, at most `limit`. */
  list(limit: number, after?: string): Promise<Recipient[]>;
  /** Everybody whose texts go to this number now (`textedPhone`), by id. Sees every `put` answered before. */
  byPhone(phone: string): Promise<Recipient[]>;
  /** Everybody whose Slack user this is, by id. Sees every `put` answered before. */
  bySlackUser(userId: string): Promise<Recipient[]>;
}

/** What action links are signed with. After a rotation links signed with the key before it still work. */
export type ActionKeys = () => Promise<{ current: string; previous?: string }>;

/** One copy of a delivery's queue message, in the lane of its channel: the claim it is for (design §2.2, ADR 5). */
export interface DeliveryMessage {
  pageId: string;
  round: number;
  channel: Channel;
  claim: number;
  /** Its page shares messages: it boards before it claims (ADR 12). */
  grouped?: true;
  /** It has waited for its place under the sender's limit, or needs none. */
  paced?: true;
  /** How often in a row it went back to wait: until `paced` for a place under the sender's limit, then for the phone's line. */
  waits?: number;
  /** It is for the post in the team's channel and for no delivery: which try it is, from 2 on (delivery/team-post.ts). */
  teamPost?: number;
  /** Only the providers from this one on: the one before is too busy for a CRITICAL page to wait for. */
  from?: Provider;
}

export interface CircuitStore {
  /** `consistent` sees every save answered before; without it the read costs half and may be stale. */
  get(name: CircuitName, read?: { consistent: boolean }): Promise<Circuit>;
  /** Writes if the stored version is still the one it was decided on. */
  save(name: CircuitName, before: Circuit, after: Circuit): Promise<'saved' | 'conflict'>;
  list(): Promise<{ name: CircuitName; circuit: Circuit }[]>;
}

export interface DeliveryQueue {
  /** Durable when it returns. `delayMs` at most 15 minutes. */
  send(message: DeliveryMessage, priority: Priority, delayMs?: number): Promise<void>;
}

/** Wakes whoever looks what a page needs next; the message carries nothing but its id (ADR 10). */
export interface Looks {
  /** Durable when it returns. `delayMs` at most 15 minutes. */
  send(message: { pageId: string }, delayMs: number): Promise<void>;
}

/** The machines that wait for pages, one execution each. */
export interface Escalations {
  /** Starts one for the page unless one is running. */
  start(page: Pick<Page, 'id' | 'round' | 'rev' | 'deliveries'>): Promise<void>;
  /** Ends the wait that the token stands for; `over` when it has ended already. */
  wake(token: string): Promise<'woken' | 'over'>;
}

/** The token of the wait that a page's machine is in, or was in last. */
export interface Watches {
  put(pageId: string, token: string, expiresAt: number): Promise<void>;
  /** Sees every `put` answered before. */
  get(pageId: string): Promise<string | undefined>;
}

/** Posts about incidents in channels of teams: one for each incident and channel. */
export interface TeamPosts {
  /**
   * True for the first who asks for this try, from 1 on; the post is theirs to make. False for every try once a later one
   * was claimed or the post was made.
   */
  claim(incidentId: string, channel: string, tries: number, now: number): Promise<boolean>;
  sent(incidentId: string, channel: string, providerId: string): Promise<void>;
  /** Provider ids of those that were made. */
  ofIncident(incidentId: string): Promise<string[]>;
}

/** Something that one holder has at a time. A lease ends by itself, so that a holder that dies does not keep it. */
export interface Leases {
  /** True when `holder` has the lease until `until`; false while another holder has it. A holder may take it again. */
  take(name: string, holder: string, now: number, until: number): Promise<boolean>;
  /** Ends the holder's lease; nothing happens when another holder has it by now. */
  free(name: string, holder: string): Promise<void>;
}

/** A phone takes one call at a time (contract §2, "Attempts"): a lease for each phone, held by a call. */
export type CallLines = Leases;

/** Scheduled runs of one name must not overlap (ADR 19): a lease for each name, held by an invocation. */
export type RunLeases = Leases;

/** What operations has to know of (contract §2, "Exhausted attempts"). */
export interface OperationsAlert {
  kind: 'FAILED' | 'EXHAUSTED' | 'PERMANENT' | 'NO_USABLE_CHANNEL' | 'NOT_PASSED_ON' | 'CONTACT_BROKEN';
  /** What alerts are grouped by: a code of ours or a provider's. */
  cause: string;
  pageId?: string;
  incidentId: string;
  recipientId: string;
  priority: Priority;
  service: string;
}
export interface OperationsAlerts {
  /** Durable when it returns. Grouping is its own: call it as often as there is something to say. */
  raise(alert: OperationsAlert): Promise<void>;
}

/** Where a channel's messages rest that nothing more can be done for, with the reason. */
export interface DeadLetters {
  put(message: DeliveryMessage | { unreadable: string }, reason: DeliveryError): Promise<void>;
}

/** Wakes the second pass over an incident that was answered, because the index may lag (contract §2, "Stopping"). */
export interface StopMessage {
  incidentId: string;
  action: 'acknowledge' | 'resolve';
  by: string;
  via: AnswerVia;
  /** Pages created later are not meant. */
  at: number;
  /** Also the pages whose `ackScope` is "recipient": the whole incident was named, not one person's page. */
  everyone: boolean;
  /** This page alone: it was answered for its recipient only. */
  onlyPage?: string;
  /** Id of the recipient who answered, where known: who answers need not be told. */
  answeredBy?: string;
}
export interface StopQueue {
  send(message: StopMessage, delayMs: number): Promise<void>;
}

export interface AuditEntry {
  at: number;
  /** `page/pg_…`, `incident/INC-1`, `recipient/usr_alice`. */
  resource: string;
  action: AuditAction;
  /** Token subject and client. */
  actor: string;
  /** Source address, where known. */
  from?: string;
  details?: Record<string, string | number | boolean>;
}
export interface AuditLog {
  /** @param as with `once`, entries of the same time, resource and action are one: for what may be repeated */
  record(entry: AuditEntry, as?: 'once'): Promise<void>;
}

export interface AuditQuery {
  /** Entries of this resource only, by its own key; without it the days are read. */
  resource?: string;
  since: number;
  until: number;
  /** At most 100. */
  limit: number;
  /** Goes on behind the entry of this position. */
  after?: string;
}
export interface AuditReader {
  /** Entries in [since, until], newest first. */
  list(query: AuditQuery): Promise<{ position: string; entry: AuditEntry }[]>;
}

/** The latest findings of the health checks. */
export interface HealthStore {
  /** May be a second old; undefined before the first check. */
  read(): Promise<HealthSnapshot | undefined>;
  /** Keeps it unless a later one is there. */
  write(snapshot: HealthSnapshot): Promise<void>;
}

export interface PaceStore {
  get(sender: string): Promise<Pace>;
  save(sender: string, before: Pace, after: Pace): Promise<'saved' | 'conflict'>;
}
