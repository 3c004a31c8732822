/**
 * The page as it lies in the table. A page is written five times on its way, and every write is billed by the whole
 * item in steps of 1 KB, so names are short and events are packed: a usual page stays under 1 KB to the end (ADR 1).
 * Index keys keep their full names.
 */
import type {
  Answer,
  Channel,
  Hold,
  Incident,
  Page,
  PageType,
  PlannedTier,
  Priority,
  Tier,
} from '../core/page/page.ts';
import { positionOf } from '../core/page/page.ts';
import { present } from '../core/present.ts';
import { FIXED } from '../core/rules.ts';
import { deliveryFromItem, deliveryToItem } from './delivery-item.ts';
import {
  field,
  type Item,
  isBoolean,
  isItem,
  isNumber,
  isText,
  isWord,
  listOf,
  maybe,
  parsed,
  shape,
} from './parse.ts';

export const pageKey = (id: string) => ({ pk: `PAGE#${id}`, sk: 'PAGE' });
/** A long description lies in an item of its own, written once (docs/spec/inside.md#budgets). */
export const descriptionKey = (id: string) => ({ pk: `PAGE#${id}`, sk: 'TEXT' });
const pageIdOf = (item: Item): string => field(item, 'pk', isText).slice('PAGE#'.length);
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

/**
 * What changes about the page itself, under its `rev`. Absent fields are undefined, so that a change can remove them.
 */
export const stateToItem = (page: Page): Item => ({
  ro: page.round,
  cd: page.code,
  lt: page.pendingTiers.length > 0 ? page.pendingTiers.map(packTier) : undefined,
  ex: page.exhausted?.at,
  po: page.passedOn,
  hd: page.held,
  su: page.superseded,
  gr: page.group,
  si: page.since,
  ak: page.acknowledged,
  rs: page.resolved,
});

/** `["secondary","sms","+1415…","voice","+1415…"]` */
const packTier = ({ tier, channels }: PlannedTier): string[] => [tier, ...channels.flatMap((c) => [c.channel, c.to])];

function unpackTier([tier, ...pairs]: string[]): PlannedTier {
  const channels = pairs.flatMap((channel, i) =>
    i % 2 === 0 ? [{ channel: parsed(channel, isWord<Channel>, 'lt'), to: pairs[i + 1] ?? '' }] : [],
  );
  return { tier: parsed(tier, isWord<Tier>, 'lt'), channels };
}

type Extras = Omit<Incident, 'id' | 'priority' | 'service' | 'title' | 'description'>;
const isTeam = shape<NonNullable<Incident['team']>>({}, { id: isText, name: isText, slackChannel: isText });
const isExtras = shape<Extras>({}, { team: isTeam, alertCount: isNumber, triggeredAt: isText, url: isText });
const isHold = shape<Hold>({ until: isNumber, reason: isWord }, { by: isText });
const isMark = shape<{ at: number; by: string }>({ at: isNumber, by: isText }, {});
const isAnswer = shape<Answer>({ at: isNumber, by: isText, via: isWord }, {});
const isLocale = shape<NonNullable<Page['locale']>>({}, { timezone: isText, language: isText });
/** Flags are written as 1, and only where they are set. */
const isFlag = (value: unknown): value is 1 => value === 1;

export function fromItem(item: Item): Page {
  const createdAt = timeOf(field(item, 'position', isText));
  const exhaustedAt = maybe(item, 'ex', isNumber);
  return {
    id: pageIdOf(item),
    incident: {
      id: field(item, 'incidentId', isText),
      priority: field(item, 'pr', isWord<Priority>),
      service: field(item, 'sv', isText),
      title: field(item, 'ti', isText),
      ...present({ description: maybe(item, 'de', isText) }),
      ...maybe(item, 'in', isExtras),
    },
    recipientId: field(item, 'recipientId', isText),
    type: field(item, 'ty', isWord<PageType>),
    escalationLevel: field(item, 'lv', isNumber),
    requireAck: field(item, 'ra', isBoolean),
    ackScope: maybe(item, 'as', isFlag) ? 'recipient' : 'incident',
    escalateTo: maybe(item, 'et', listOf(isText)) ?? [],
    skipTiers: maybe(item, 'st', isFlag) === 1,
    clientId: field(item, 'cl', isText),
    bodyDigest: field(item, 'bd', isText),
    createdAt,
    round: field(item, 'ro', isNumber),
    pendingTiers: (maybe(item, 'lt', listOf(listOf(isText))) ?? []).map(unpackTier),
    ...present({
      channels: maybe(item, 'ch', listOf(isWord<Channel>)),
      code: maybe(item, 'cd', isText),
      exhausted: exhaustedAt === undefined ? undefined : { at: exhaustedAt },
      passedOn: maybe(item, 'po', isMark),
      held: maybe(item, 'hd', isHold),
      superseded: maybe(item, 'su', isMark),
      group: maybe(item, 'gr', isText),
      since: maybe(item, 'si', isNumber),
      locale: maybe(item, 'lc', isLocale),
      acknowledged: maybe(item, 'ak', isAnswer),
      resolved: maybe(item, 'rs', isAnswer),
    }),
    ...(maybe(item, 'da', isFlag) && { descriptionApart: true }),
    ...(maybe(item, 'te', isFlag) && { test: true }),
    rev: field(item, 'rv', isNumber),
    deliveries: Object.fromEntries(
      Object.entries(field(item, 'dl', isItem)).map(([key, one]) => [
        key,
        deliveryFromItem(parsed(one, isItem, 'dl'), key, createdAt),
      ]),
    ),
  };
}
