import pMap from 'p-map';
import type { Clock } from '../core/clock.ts';
import type { Page, Priority } from '../core/page/page.ts';
import type { DedupeEntry, PageStore } from '../core/page/ports.ts';
import { isStoppable, supersede } from '../core/page/supersede.ts';
import { changePage } from './change-page.ts';

interface Deps {
  pages: PageStore;
  clock: Clock;
}

/** Some hundred pages may be held overnight, and must not take as many connections. */
const CONCURRENCY = 10;
/** The row that names them stays far below 400 KB. */
const MAX_SUPERSEDED = 1_000;

export interface Superseding {
  /**
   * Ids of the pages that a page of this priority has to stop when it takes the row of `holder`: the holder, what the
   * holder had not stopped yet, and other open pages of the same incident, recipient, type and level, which only pages
   * with keys can be. Empty where the holder is not quieter or has ended. The index of the incident may lag by seconds.
   */
  overtaken(holder: Page, entry: DedupeEntry, priority: Priority): Promise<string[]>;
  /**
   * Stops these pages, as far as they are quieter than `by`. The louder page has to be durable and queued before the
   * call: a crash between the two then leaves one page too many and never one too few. Repeating it changes nothing.
   * @returns whether all of them were found. A page that is missing may be written by its dispatch in a moment.
   */
  supersedeAll(ids: readonly string[], by: Page): Promise<boolean>;
}

/** How a louder page takes the place of quieter ones (docs/spec/api.md#dispatch; ADR 15). */
export function createSuperseding({ pages, clock }: Deps): Superseding {
  return {
    async overtaken(holder, { over }, priority) {
      const now = clock.now();
      if (!isStoppable(holder, priority, now)) return [];
      const known = await pages.ofIncident(holder.incident.id);
      const beside = known.filter((page) => isSameNews(page, holder) && isStoppable(page, priority, now));
      return [...new Set([holder.id, ...over, ...beside.map(({ id }) => id).reverse()])].slice(0, MAX_SUPERSEDED);
    },

    async supersedeAll(ids, by) {
      const stopped = await pMap(
        ids,
        (id) => changePage(pages, id, (page) => ({ page: supersede(page, by, clock.now()) })),
        { concurrency: CONCURRENCY },
      );
      return stopped.every((changed) => changed !== undefined);
    },
  };
}

const isSameNews = (one: Page, other: Page): boolean =>
  one.recipientId === other.recipientId && one.type === other.type && one.escalationLevel === other.escalationLevel;
