/** Where pages lie, and what finds a page: its incident, a repeated dispatch, a reply code. */
import type { Channel, Page, Priority, Provider } from './page.ts';

export interface PageStore {
  /** Writes the page unless one with this id exists. */
  create(page: Page): Promise<'created' | 'exists'>;
  /** `consistent` sees every write that was answered before; without it the read costs half and may be stale. */
  get(id: string, read?: { consistent: boolean }): Promise<Page | undefined>;
  /** The page with its description, which may lie apart because it is long. Sees every write answered before. */
  getWithDescription(id: string): Promise<Page | undefined>;
  /** Those of the pages that exist, as they are now, in no order. */
  getMany(ids: readonly string[]): Promise<Page[]>;
  /**
   * Writes what changed between the two, if nothing that the change was decided on has changed since.
   * @param written is told the page as it is right after the write: other deliveries may have moved meanwhile
   */
  save(before: Page, after: Page, written?: (now: Page) => void): Promise<'saved' | 'conflict'>;
  /** All pages of the incident, oldest first. The index may lag by a second or two. */
  ofIncident(incidentId: string): Promise<Page[]>;
  /** Pages created in [since, until], newest first, at most `limit`. */
  list(query: PageQuery): Promise<Page[]>;
}

/** An incident or a recipient chooses the index; without either the days are read. */
export interface PageQuery {
  by: { incidentId: string } | { recipientId: string } | 'time';
  since: number;
  until: number;
  limit: number;
  /** Goes on behind the page of this position (`positionOf`). */
  after?: string;
}

/** Which page takes up repeated dispatches of an incident, recipient, type and level (ADR 15). */
export interface DedupeEntry {
  pageId: string;
  /** Ids of quieter pages that this one takes the place of and that may not have been stopped yet. */
  over: readonly string[];
}

export interface DedupeStore {
  /** Makes `pageId` the page of this key unless another page holds it; answers the entry as it is now. */
  claim(key: string, pageId: string): Promise<DedupeEntry>;
  /** Hands the key on if the page `from` still holds it; answers the entry as it is now. */
  replace(key: string, from: string, to: DedupeEntry): Promise<DedupeEntry>;
  /** All of `over` are stopped: forgets them if the page still holds the key. */
  settle(key: string, pageId: string): Promise<void>;
}

export interface CodeStore {
  /** Reserves the code on that phone for the page until `expiresAt`; false when another page has it. */
  reserve(phone: string, code: string, pageId: string, expiresAt: number): Promise<boolean>;
  /** Ids of the pages that hold a code on that phone now. A page may be missing still, or not have been written. */
  ofPhone(phone: string): Promise<string[]>;
}

/**
 * One copy of a delivery's queue message, in the lane of its channel: the claim it is for
 * (docs/spec/inside.md#claiming, ADR 5).
 */
export interface DeliveryMessage {
  pageId: string;
  round: number;
  channel: Channel;
  claim: number;
  /** The page may be bundled: that is decided before it is claimed (ADR 12). */
  grouped?: true;
  /** It has waited for its place under the sender's limit, or needs none. */
  paced?: true;
  /**
   * How often in a row it went back to wait: until `paced` for a place under the sender's limit, then for the phone's
   * line.
   */
  waits?: number;
  /**
   * It is for the post in the team's channel and for no delivery: which try it is, from 2 on (delivery/team-post.ts).
   */
  teamPost?: number;
  /** Only the providers from this one on: the one before is too busy for a CRITICAL page to wait for. */
  from?: Provider;
}

export interface DeliveryQueue {
  /** Durable when it returns. `delayMs` at most 15 minutes. */
  send(message: DeliveryMessage, priority: Priority, delayMs?: number): Promise<void>;
}

/** Posts about incidents in channels of teams: one for each incident and channel. */
export interface TeamPosts {
  /**
   * True for the first who asks for this try, from 1 on; the post is theirs to make. False for every try once a later
   * one was claimed or the post was made.
   */
  claim(incidentId: string, channel: string, tries: number, now: number): Promise<boolean>;
  sent(incidentId: string, channel: string, providerId: string): Promise<void>;
  /** Provider ids of those that were made. */
  ofIncident(incidentId: string): Promise<string[]>;
}
