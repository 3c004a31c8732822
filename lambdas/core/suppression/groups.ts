import { asksForAnswer } from '../page/kind.ts';
import { newerToSend } from '../page/newer.ts';
import type { Channel, Page } from '../page/page.ts';
import { isStopped } from '../page/status.ts';
import { HOUR } from '../time.ts';

/** Pages of one recipient that share messages (ADR 12). */
export interface GroupName {
  recipientId: string;
  /** `live`, or `digest:<ms>`. */
  group: string;
}

export interface Member {
  pageId: string;
  /** When it joined, epoch ms. */
  at: number;
  /** The interruptive channels that it begins on. */
  interruptive: readonly Channel[];
}

/** Who sends a group's message on a channel, since when, and what the message lists. */
export interface Slot {
  carrier: string;
  round: number;
  at: number;
  listed: readonly string[];
}

export interface GroupStore {
  /** Joins; repeated, the first time stays. All members of the last hour or later, with those that joined. */
  join(name: GroupName, members: readonly Member[]): Promise<Member[]>;
  /** Sees every `join` answered before. */
  members(name: GroupName): Promise<Member[]>;
  /** Sees every `take` answered before. */
  slot(name: GroupName, channel: Channel): Promise<Slot | undefined>;
  /** Takes the slot if it is still as it was seen. */
  take(name: GroupName, channel: Channel, seen: Slot | undefined, slot: Slot): Promise<boolean>;
  /** Remembers what messages that this page carries have listed, itself included. */
  list(carrier: string, listed: readonly string[], now: number): Promise<void>;
  /** All of it; empty for a page that never carried any. Sees every `list` answered before. */
  listed(carrier: string): Promise<string[]>;
}

export const LIVE = 'live';
export const digestGroup = (at: number): string => `digest:${at}`;
export const isDigest = ({ group = '' }: Pick<Page, 'group'>): boolean => group.startsWith('digest:');

/** From the fifth page within ten minutes on they join one message (docs/spec/suppression.md#bundling). */
const MAX_SEPARATE_MESSAGES = 4;

/** Whether a page that joins now shares its message, its own joining included. */
export const sharesMessage = (members: readonly Member[], now: number, within: number): boolean =>
  members.filter(({ at }) => at > now - within).length > MAX_SEPARATE_MESSAGES;

/** The end of the hour, if more than `cap` pages of this hour begin on one of these channels. */
export function cappedUntil(
  members: readonly Member[],
  interruptive: readonly Channel[],
  cap: number,
  now: number,
): number | undefined {
  const begins = Math.floor(now / HOUR) * HOUR;
  const ofHour = members.filter(({ at }) => at >= begins);
  const isOver = interruptive.some(
    (channel) => ofHour.filter((member) => member.interruptive.includes(channel)).length > cap,
  );
  return isOver ? begins + HOUR : undefined;
}

/**
 * Whether a message that goes out now lists the page: what somebody may still answer, and notices that have not gone
 * out.
 * @param own the message goes out for this page
 */
export function isListed(page: Page, own: boolean): boolean {
  if (own) return true;
  if (isStopped(page) || page.exhausted || page.held || page.test) return false;
  // Only a newer version can put it into words (ADR 18); its own message tells it then.
  if (newerToSend(page, {}) !== undefined) return false;
  if (asksForAnswer(page)) return true;
  return Object.values(page.deliveries).every(({ sentAt }) => sentAt === undefined);
}
