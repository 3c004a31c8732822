/**
 * What Lifeline tells the outside of itself (docs/events.md; shapes in docs/events/*.json). No names, addresses, numbers or
 * titles are in it: events go to other people's systems and stay in their logs. Who is asked for by id can be read by
 * whoever has a scope for it.
 */
import type { Circuit, CircuitName } from '../circuit/circuit.ts';
import type { AnswerVia, Channel, Page, PageStatus, Priority, Provider } from '../page/page.ts';
import { pageStatus } from '../page/status.ts';

export interface PageEvent {
  version: '1';
  /** `evt_…`, the same however often the event is delivered. */
  id: string;
  /** ISO 8601. */
  at: string;
  type: 'page.status_changed';
  page: {
    notificationId: string;
    incidentId: string;
    recipientId: string;
    service: string;
    priority: Priority;
    type: Page['type'];
    escalationLevel: number;
    test?: true;
  };
  /** null for a page that was just accepted. */
  from: PageStatus | null;
  /** What the page was in between, where that is not told by an event of its own. */
  passed?: PageStatus[];
  to: PageStatus;
  /** How an answer came in. */
  via?: AnswerVia;
  /** The louder page that took this one's place: nothing more of this one is sent. */
  supersededBy?: string;
}

export interface CircuitEvent {
  version: '1';
  id: string;
  at: string;
  type: 'circuit.status_changed';
  circuit: { provider: Provider; channel: Channel };
  from: CircuitEventStatus;
  to: CircuitEventStatus;
  /** Whether a person holds it there. */
  pinned: boolean;
}
/** HALF_OPEN is told as OPEN: one probe goes through, and the next event says what came of it. */
export type CircuitEventStatus = 'OPEN' | 'CLOSED';

export type LifelineEvent = PageEvent | CircuitEvent;

export interface Events {
  /** All of them are on the bus when it returns; throws when one is not. */
  put(events: readonly LifelineEvent[]): Promise<void>;
}

/** Epoch milliseconds, and an id that is new. */
export interface Stamp {
  at: number;
  id: string;
}

const shared = ({ at, id }: Stamp) => ({ version: '1' as const, id, at: new Date(at).toISOString() });

/** The event of a write that made one of the other; undefined when the status is what it was. */
export function pageEvent(before: Page | undefined, after: Page, stamp: Stamp): PageEvent | undefined {
  const [from, to] = [before ? pageStatus(before) : null, pageStatus(after)];
  if (from === to) return undefined;
  const { id: notificationId, incident, recipientId, type, escalationLevel, test } = after;
  const { id: incidentId, service, priority } = incident;
  const answer = to === 'RESOLVED' ? after.resolved : to === 'ACKNOWLEDGED' ? after.acknowledged : undefined;
  return {
    ...shared(stamp),
    type: 'page.status_changed',
    page: { notificationId, incidentId, recipientId, service, priority, type, escalationLevel, ...(test && { test }) },
    from,
    to,
    ...(answer && { via: answer.via }),
    ...(after.superseded && { supersededBy: after.superseded.by }),
  };
}

/** The event of a write to a circuit; undefined when sends go the way they went. */
export function circuitEvent(
  name: CircuitName,
  before: Circuit,
  after: Circuit,
  stamp: Stamp,
): CircuitEvent | undefined {
  const [from, to] = [before, after].map(statusOf) as [CircuitEventStatus, CircuitEventStatus];
  const pinned = after.pin !== undefined;
  if (from === to && pinned === (before.pin !== undefined)) return undefined;
  const [provider, channel] = name.split('/') as [Provider, Channel];
  return { ...shared(stamp), type: 'circuit.status_changed', circuit: { provider, channel }, from, to, pinned };
}

/** A pin outranks what automation found. */
function statusOf({ pin, status }: Circuit): CircuitEventStatus {
  if (pin) return pin.mode === 'open' ? 'OPEN' : 'CLOSED';
  return status === 'CLOSED' ? 'CLOSED' : 'OPEN';
}
