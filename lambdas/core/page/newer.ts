/**
 * What this version must not decide about a page that a newer version wrote (ADR 18). A row may hold words that this
 * version does not know; they are shown as they are, and a decision that rests on one of them waits for the version that
 * knows it. Answers rest on none of them: an answer always counts.
 */
import { isOneOf } from '../versions.ts';
import {
  CHANNELS,
  DELIVERY_STATUSES,
  type Delivery,
  PAGE_TYPES,
  type Page,
  PRIORITIES,
  PROVIDERS,
  TIERS,
} from './page.ts';

/** What state the delivery is in, if it is one that is not known: neither a copy nor a receipt may be judged by it. */
export const newerState = ({ state: { status } }: Pick<Delivery, 'state'>): string | undefined =>
  unknownIn([['status', DELIVERY_STATUSES, status]]);

/**
 * The first word of the page or of the delivery that sending would rest on and that is not known: priority and type make
 * the message, `failoverFrom` says where its providers begin.
 * @returns its field and value, for logs; undefined where the delivery may be sent
 */
export const newerToSend = (page: Page, { failoverFrom }: Pick<Delivery, 'failoverFrom'>): string | undefined =>
  unknownIn([
    ['priority', PRIORITIES, page.incident.priority],
    ['type', PAGE_TYPES, page.type],
    ['from', PROVIDERS, failoverFrom],
  ]);

/** The same for what a page needs next, be it a tier, a round, a release or the end: that rests on all of its channels. */
export const newerToClimb = (page: Page): string | undefined =>
  unknownIn([
    ['priority', PRIORITIES, page.incident.priority],
    ['type', PAGE_TYPES, page.type],
    ...page.pendingTiers.flatMap(({ tier, channels }): Word[] => [
      ['tier', TIERS, tier],
      ...channels.map(({ channel }): Word => ['channel', CHANNELS, channel]),
    ]),
    ...Object.values(page.deliveries).flatMap(({ channel, state: { status } }): Word[] => [
      ['channel', CHANNELS, channel],
      ['status', DELIVERY_STATUSES, status],
    ]),
  ]);

/** A field, the words of it that are known, and the one that was read. */
type Word = [field: string, known: readonly string[], value: string | undefined];

function unknownIn(words: readonly Word[]): string | undefined {
  const found = words.find(([, known, value]) => value !== undefined && !isOneOf(known, value));
  return found && `${found[0]} "${String(found[2]).slice(0, 32)}" of a page`;
}
