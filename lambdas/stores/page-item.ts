/**
 * The page as it lies in the table. A page is written five times on its way, and every write is billed by the whole
 * item in steps of 1 KB, so names are short and events are packed: a usual page stays under 1 KB to the end (ADR 1).
 * Index keys keep their full names.
 */
import type {
  Answer,
  Channel,
  Delivery,
  DeliveryEvent,
  DeliveryKey,
  EventKind,
  Hold,
  Incident,
  Page,
  PageType,
  PlannedTier,
  Priority,
  Provider,
  Tier,
} from '../core/page/page.ts';
import { positionOf } from '../core/page/page.ts';
import { FIXED } from '../core/rules.ts';

type Item = Record<string, unknown>;

export const pageKey = (id: string) => ({ pk: `PAGE#${id}`, sk: 'PAGE' });
/** A long description lies in an item of its own, written once (design §9). */
export const descriptionKey = (id: string) => ({ pk: `PAGE#${id}`, sk: 'TEXT' });
const pageIdOf = (item: Item): string => (item.pk as string).slice('PAGE#'.length);
const timeOf = (position: string): number => Number(position.slice(0, 13));
export const idAt = (position: string): string => `pg_${position.slice(14)}`;

/** Shards of a day in the `byDay` index: each takes 1,000 writes a second. */
export const DAY_SHARDS = 4;
export const dayShard = (at: number, shard: number): string => `${new Date(at).toISOString().slice(0, 10)}#${shard}`;
const shardOf = (pageId: string): number => pageId.charCodeAt(pageId.length - 1) % DAY_SHARDS;

/** Up to this many bytes a description stays in the page's own item. */
const INLINE_DESCRIPTION = 128;
export const isLong = (description: string | undefined): description is string =>
  description !== undefined && Buffer.byteLength(description) > INLINE_DESCRIPTION;

export const inSeconds = (ms: number): number => Math.ceil(ms / 1_000);

export function toItem(page: Page): Item {
  const { id: incidentId, priority, service, title, description, ...moreOfIncident } = page.incident;
  return {
    ...pageKey(page.id),
    incidentId,
    recipientId: page.recipientId,
    position: positionOf(page),
    dayShard: dayShard(page.createdAt, shardOf(page.id)),
    expiresAt: inSeconds(page.createdAt + FIXED.retention),
    pr: priority,
    sv: service,
    ti: title,
    ...(description && !isLong(description) && { de: description }),
    ...(Object.keys(moreOfIncident).length > 0 && { in: moreOfIncident }),
    ty: page.type,
    lv: page.escalationLevel,
    ra: page.requireAck,
    ...(page.ackScope === 'recipient' && { as: 1 }),
    ...(page.escalateTo.length > 0 && { et: page.escalateTo }),
    ...(page.channels && { ch: page.channels }),
    ...(page.skipTiers && { st: 1 }),
    cl: page.clientId,
    bd: page.bodyDigest,
    ...(isLong(description) && { da: 1 }),
    ...(page.test && { te: 1 }),
    ...(page.locale && { lc: page.locale }),
    rv: page.rev,
    ...present(stateToItem(page)),
    dl: Object.fromEntries(Object.entries(page.deliveries).map(([k, d]) => [k, deliveryToItem(d, page.createdAt)])),
  };
}

/** What changes about the page itself, under its `rev`. Absent fields are undefined, so that a change can remove them. */
export const stateToItem = (page: Page): Item => ({
  ro: page.round,
  cd: page.code,
  lt: page.later.length > 0 ? page.later.map(packTier) : undefined,
  ex: page.exhausted?.at,
  po: page.passedOn,
  hd: page.held,
  su: page.superseded,
  gr: page.group,
  si: page.since,
  ak: page.acknowledged,
  rs: page.resolved,
});

const present = (item: Item): Item =>
  Object.fromEntries(Object.entries(item).filter(([, value]) => value !== undefined));

/** `["secondary","sms","+1415…","voice","+1415…"]` */
const packTier = ({ tier, channels }: PlannedTier): string[] => [tier, ...channels.flatMap((c) => [c.channel, c.to])];

function unpackTier([tier, ...pairs]: string[]): PlannedTier {
  const channels = pairs.flatMap((channel, i) =>
    i % 2 === 0 ? [{ channel: channel as Channel, to: pairs[i + 1] ?? '' }] : [],
  );
  return { tier: tier as Tier, channels };
}

export function fromItem(item: Item): Page {
  const createdAt = timeOf(item.position as string);
  return {
    id: pageIdOf(item),
    incident: {
      id: item.incidentId as string,
      priority: item.pr as Priority,
      service: item.sv as string,
      title: item.ti as string,
      ...(item.de ? { description: item.de as string } : {}),
      ...((item.in ?? {}) as Partial<Incident>),
    },
    recipientId: item.recipientId as string,
    type: item.ty as PageType,
    escalationLevel: item.lv as number,
    requireAck: item.ra as boolean,
    ackScope: item.as ? 'recipient' : 'incident',
    escalateTo: (item.et ?? []) as string[],
    ...(item.ch ? { channels: item.ch as NonNullable<Page['channels']> } : {}),
    skipTiers: item.st === 1,
    ...(item.cd ? { code: item.cd as string } : {}),
    clientId: item.cl as string,
    bodyDigest: item.bd as string,
    createdAt,
    round: item.ro as number,
    later: ((item.lt ?? []) as string[][]).map(unpackTier),
    ...(item.ex ? { exhausted: { at: item.ex as number } } : {}),
    ...(item.po ? { passedOn: item.po as NonNullable<Page['passedOn']> } : {}),
    ...(item.hd ? { held: item.hd as Hold } : {}),
    ...(item.su ? { superseded: item.su as NonNullable<Page['superseded']> } : {}),
    ...(item.gr ? { group: item.gr as string } : {}),
    ...(item.si ? { since: item.si as number } : {}),
    ...(item.da ? { descriptionApart: true as const } : {}),
    ...(item.te ? { test: true as const } : {}),
    ...(item.lc ? { locale: item.lc as NonNullable<Page['locale']> } : {}),
    ...(item.ak ? { acknowledged: item.ak as Answer } : {}),
    ...(item.rs ? { resolved: item.rs as Answer } : {}),
    rev: item.rv as number,
    deliveries: Object.fromEntries(
      Object.entries(item.dl as Record<string, Item>).map(([k, d]) => [k, deliveryFromItem(d, k, createdAt)]),
    ) as Record<DeliveryKey, Delivery>,
  };
}

/** Long name → short name of the delivery fields that are stored as they are. */
const FIELDS = {
  status: 's',
  tier: 't',
  to: 'to',
  knownBroken: 'kb',
  attempts: 'n',
  claims: 'c',
  legs: 'l',
  rev: 'v',
  queuedAt: 'q',
  lastAttemptAt: 'la',
  sentAt: 'sa',
  deliveredAt: 'da',
  failedAt: 'fa',
  skippedAt: 'ka',
  skipReason: 'kr',
  leaseUntil: 'lu',
  provider: 'p',
  providerId: 'i',
  providerLeg: 'pl',
  spoken: 'sp',
  unreported: 'ur',
  deferral: 'df',
  deferredUntil: 'du',
  secondRing: 'sr',
  from: 'f',
  cameBack: 'cb',
  early: 'ea',
  resumes: 'rs',
  receipt: 'r',
  carrier: 'cr',
  error: 'e',
} as const;

const EVENTS = 'ev';
const KNOWN: ReadonlySet<string> = new Set([...Object.values(FIELDS), EVENTS]);

/**
 * A delivery is always written whole, so what a newer version keeps in it is taken along as it came (ADR 18). Fields of
 * the page itself need nothing of the kind: an update names those that it sets.
 */
export function deliveryToItem(delivery: Delivery, createdAt: number): Item {
  const values = delivery as unknown as Record<string, unknown>;
  const stored = Object.entries(FIELDS).flatMap(([long, short]) =>
    values[long] === undefined ? [] : [[short, values[long]]],
  );
  return {
    ...delivery.newer,
    ...Object.fromEntries(stored),
    [EVENTS]: delivery.events.map((e) => packEvent(e, createdAt)),
  };
}

function deliveryFromItem(item: Item, key: string, createdAt: number): Delivery {
  const [round = '1', channel] = key.split('.');
  const fields = Object.entries(FIELDS).flatMap(([long, short]) => (short in item ? [[long, item[short]]] : []));
  const newer = Object.entries(item).filter(([short]) => !KNOWN.has(short));
  const events = (item[EVENTS] as string[]).map((packed) => unpackEvent(packed, createdAt));
  return {
    ...Object.fromEntries(fields),
    ...(newer.length > 0 && { newer: Object.fromEntries(newer) }),
    channel,
    round: Number(round),
    events,
  } as Delivery;
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
    kind: unpackKind(kind) as EventKind,
    attempt: Number(attempt),
    leg: Number(leg),
    ...(provider && { provider: provider as Provider }),
    ...(providerStatus && { providerStatus }),
    ...(code && { code }),
    ...(newer.length > 0 && { newer: newer.join('|') }),
  };
}
