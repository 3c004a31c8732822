import type { Clock } from '../core/clock.ts';
import { type Events, type PageEvent, pageEvent } from '../core/events/status-events.ts';
import { randomEventId } from '../core/page/ids.ts';
import type { Page } from '../core/page/page.ts';
import type { PageStore } from '../core/page/ports.ts';
import { FIXED } from '../core/rules.ts';

interface Deps {
  events: Events;
  clock: Clock;
  /** Told of events that could not be put on the bus. */
  lost(count: number, error: unknown): void;
}

/**
 * A page store that tells of every change of a page's status. It stands around the store and not in the use cases, so that
 * none can forget it. A write never fails for it: what cannot be told is counted, and reading the page has the truth.
 *
 * Two workers that write different deliveries of a page do not see each other's writes, so the status is taken from the
 * page as the table had it right before and right after this very write. So of all writers exactly one tells a change.
 *
 * ACCEPTED → IN_PROGRESS, a worker's claim, waits for the outcome that the same worker writes some 100 ms later, and goes
 * with it as `passed`: an event for each would cost a dollar more per million pages, and nobody acts on it. If the outcome
 * changes no status (the attempt failed), it is told then.
 */
export function publishingPages(pages: PageStore, { events, clock, lost }: Deps): PageStore {
  const claims = new Map<string, PageEvent>();
  const stamp = () => ({ at: clock.now(), id: randomEventId() });

  async function tell(before: Page | undefined, after: Page): Promise<void> {
    const event = pageEvent(before, after, stamp());
    const claim = claims.get(after.id);
    claims.delete(after.id);
    if (event?.from === 'ACCEPTED' && event.to === 'IN_PROGRESS') {
      claims.set(after.id, event);
      return put(abandoned());
    }
    if (claim && event?.from === 'IN_PROGRESS') {
      return put([...abandoned(), { ...event, from: claim.from, passed: ['IN_PROGRESS'] }]);
    }
    await put([...abandoned(), claim, event]);
  }

  /** Claims whose outcome this environment never wrote. */
  function abandoned(): PageEvent[] {
    const old = [...claims.values()].filter(({ at }) => clock.now() - Date.parse(at) > FIXED.lease);
    for (const { page } of old) claims.delete(page.notificationId);
    return old;
  }

  async function put(all: readonly (PageEvent | undefined)[]): Promise<void> {
    const news = all.filter((one) => one !== undefined);
    if (news.length > 0) await events.put(news).catch((error) => lost(news.length, error));
  }

  return {
    ...pages,
    async create(page) {
      const result = await pages.create(page);
      if (result === 'created') await tell(undefined, page);
      return result;
    },
    async save(before, after, written) {
      let now = after;
      const result = await pages.save(before, after, (page) => {
        now = page;
      });
      if (result === 'saved' && before !== after) {
        written?.(now);
        await tell(rightBefore(before, after, now), now);
      }
      return result;
    },
  };
}

/** The page as the write found it: what it touched was as decided on, or it would not have held; the rest is as it is now. */
function rightBefore(before: Page, after: Page, now: Page): Page {
  const untouched = Object.entries(now.deliveries).filter(
    ([key]) => before.deliveries[key as never] === after.deliveries[key as never],
  );
  const touched = Object.entries(before.deliveries).filter(([key, was]) => after.deliveries[key as never] !== was);
  return { ...before, deliveries: Object.fromEntries([...untouched, ...touched]) };
}
