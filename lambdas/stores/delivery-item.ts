/**
 * A delivery as it lies in its page's item, under short names (ADR 1). It is always written whole, so what a newer version
 * keeps in it, and what another version left of a state that is over, is taken along as it came (ADR 18). Fields of the
 * page itself need nothing of the kind: an update names those that it sets.
 */
import {
  type BundledInto,
  type Channel,
  type Delivery,
  type DeliveryError,
  type DeliveryEvent,
  type DeliveryState,
  type DeliveryStatus,
  type EventKind,
  isWithoutReceipt,
  type Provider,
  providerOf,
  type SentMessage,
  type SkipReason,
  type Tier,
  type UndeliveredEarly,
} from '../core/page/page.ts';
import { present } from '../core/present.ts';
import {
  field,
  type Item,
  isBoolean,
  isNumber,
  isText,
  isTrue,
  isWord,
  listOf,
  maybe,
  parsed,
  shape,
} from './parse.ts';

/** The attributes that any state has, besides those of its own. */
const COMMON = 's t to kb n c l v q la sa p i pl sp ur df sr f cb r cr ev'.split(' ');
/** Another state may have some left over from a version that kept them; they mean nothing there. */
const OF_STATE: Readonly<Record<DeliveryStatus, readonly string[]>> = {
  QUEUED: ['e', 'du', 'rs'],
  SENDING: ['lu', 'rs', 'ea'],
  SENT: [],
  DELIVERED: ['da'],
  FAILED: ['fa', 'e'],
  SKIPPED: ['ka', 'kr'],
};

export const deliveryToItem = (delivery: Delivery, createdAt: number): Item => ({
  ...delivery.newer,
  ...present({
    s: delivery.state.status,
    t: delivery.tier,
    to: delivery.to,
    kb: delivery.knownBroken,
    n: delivery.attempts,
    c: delivery.claims,
    l: delivery.legs,
    v: delivery.rev,
    q: delivery.queuedAt,
    la: delivery.lastAttemptAt,
    sa: delivery.sentAt,
    p: providerOf(delivery),
    i: delivery.sent?.providerId || undefined,
    pl: delivery.sent?.leg || undefined,
    sp: delivery.sent?.spoken,
    ur: isWithoutReceipt(delivery) || undefined,
    df: delivery.deferral,
    sr: delivery.secondRing,
    f: delivery.failoverFrom,
    cb: delivery.undelivered,
    r: delivery.receipt,
    cr: delivery.bundledInto?.pageId,
    ev: delivery.events.map((event) => packEvent(event, createdAt)),
  }),
  ...present(stateToItem(delivery.state)),
});

function stateToItem(state: DeliveryState): Item {
  switch (state.status) {
    case 'QUEUED':
      return { e: state.error, du: state.notBefore, rs: state.isFailover };
    case 'SENDING':
      return { lu: state.leaseUntil, rs: state.isFailover, ea: state.undeliveredEarly };
    case 'DELIVERED':
      return { da: state.at };
    case 'FAILED':
      return { fa: state.at, e: state.error };
    case 'SKIPPED':
      return { ka: state.at, kr: state.reason };
    default:
      return {};
  }
}

const isError = shape<DeliveryError>({ code: isText, class: isWord, message: isText }, {});
const isEarly = shape<UndeliveredEarly>({ leg: isNumber, failsOver: isBoolean, error: isError }, { cancelled: isTrue });
const isDeferral = shape<NonNullable<Delivery['deferral']>>({ since: isNumber, count: isNumber }, {});
const isReceipt = shape<NonNullable<Delivery['receipt']>>({ leg: isNumber, rank: isNumber }, {});

export function deliveryFromItem(item: Item, key: string, createdAt: number): Delivery {
  const [round = '1', channel] = key.split('.');
  const status = field(item, 's', isWord<DeliveryStatus>);
  const known = new Set([...COMMON, ...(OF_STATE[status] ?? [])]);
  const newer = Object.entries(item).filter(([name]) => !known.has(name));
  return {
    channel: parsed(channel, isWord<Channel>, 'dl'),
    round: Number(round),
    tier: field(item, 't', isWord<Tier>),
    to: field(item, 'to', isText),
    attempts: field(item, 'n', isNumber),
    claims: field(item, 'c', isNumber),
    legs: field(item, 'l', isNumber),
    rev: field(item, 'v', isNumber),
    queuedAt: field(item, 'q', isNumber),
    ...present({
      knownBroken: maybe(item, 'kb', isTrue),
      lastAttemptAt: maybe(item, 'la', isNumber),
      sentAt: maybe(item, 'sa', isNumber),
      ...messageFromItem(item),
      deferral: maybe(item, 'df', isDeferral),
      secondRing: maybe(item, 'sr', isTrue),
      failoverFrom: maybe(item, 'f', isWord<Provider>),
      undelivered: maybe(item, 'cb', isError),
      receipt: maybe(item, 'r', isReceipt),
      newer: newer.length > 0 ? Object.fromEntries(newer) : undefined,
    }),
    events: field(item, 'ev', listOf(isText)).map((packed) => unpackEvent(packed, createdAt)),
    state: stateFromItem(item, status),
  };
}

/** One that was bundled into another page has that message's provider, until it has a message of its own. */
function messageFromItem(item: Item): { sent: SentMessage | undefined; bundledInto: BundledInto | undefined } {
  const pageId = maybe(item, 'cr', isText);
  const provider = maybe(item, 'p', isWord<Provider>);
  const receiptNotRequested = maybe(item, 'ur', isTrue);
  const how = present({ receiptNotRequested });
  const providerId = maybe(item, 'i', isText);
  const leg = maybe(item, 'pl', isNumber);
  const bundledInto = pageId === undefined ? undefined : { pageId };
  if (bundledInto && leg === undefined && providerId === undefined) {
    return { sent: undefined, bundledInto: { ...bundledInto, ...present({ provider }), ...how } };
  }
  const spoken = maybe(item, 'sp', isNumber);
  const sent = provider && { provider, providerId: providerId ?? '', leg: leg ?? 0, ...how, ...present({ spoken }) };
  return { sent, bundledInto };
}

function stateFromItem(item: Item, status: DeliveryStatus): DeliveryState {
  const isFailover = maybe(item, 'rs', isTrue);
  const error = maybe(item, 'e', isError);
  switch (status) {
    case 'QUEUED':
      return { status, ...present({ error, notBefore: maybe(item, 'du', isNumber), isFailover }) };
    case 'SENDING': {
      const undeliveredEarly = maybe(item, 'ea', isEarly);
      return { status, leaseUntil: field(item, 'lu', isNumber), ...present({ isFailover, undeliveredEarly }) };
    }
    case 'SENT':
      return { status };
    case 'DELIVERED':
      return { status, at: field(item, 'da', isNumber) };
    case 'FAILED':
      return { status, at: field(item, 'fa', isNumber), error: field(item, 'e', isError) };
    case 'SKIPPED':
      return { status, at: field(item, 'ka', isNumber), reason: field(item, 'kr', isWord<SkipReason>) };
    default:
      // A newer version's: what it is is shown, and nothing is decided by it (ADR 18).
      return { status, ...present({ error }) } as DeliveryState;
  }
}

/**
 * Kinds that are written as their place in this list, which is never changed. A kind that joins `EVENT_KINDS` later is
 * written as its word, so that versions before it show it and keep it (ADR 18).
 */
const NUMBERED: readonly string[] =
  'queued claimed attempt_failed failed_over sent receipt delivered deferred held retried dead_lettered skipped'.split(
    ' ',
  );
const packKind = (kind: string): string => (NUMBERED.includes(kind) ? String(NUMBERED.indexOf(kind)) : kind);
const unpackKind = (packed: string): string => (/^\d+$/.test(packed) ? (NUMBERED[Number(packed)] ?? packed) : packed);

/** `kind|ms since the page|attempt|leg|provider|providerStatus|code`, trailing blanks left out. */
function packEvent(e: DeliveryEvent, createdAt: number): string {
  const { kind, at, attempt, leg, provider = '', providerStatus = '', code = '', newer = '' } = e;
  return [packKind(kind), at - createdAt, attempt, leg, provider, providerStatus, code, newer]
    .join('|')
    .replace(/\|+$/, '');
}

function unpackEvent(packed: string, createdAt: number): DeliveryEvent {
  const [kind = '', at = '0', attempt = '0', leg = '0', provider, providerStatus, code, ...newer] = packed.split('|');
  return {
    at: createdAt + Number(at),
    // What is not known is a newer version's, and shown as it is.
    kind: parsed(unpackKind(kind), isWord<EventKind>, 'ev'),
    attempt: Number(attempt),
    leg: Number(leg),
    ...(provider && { provider: parsed(provider, isWord<Provider>, 'ev') }),
    ...(providerStatus && { providerStatus }),
    ...(code && { code }),
    ...(newer.length > 0 && { newer: newer.join('|') }),
  };
}
