import { isIn, type Page, PRIORITIES, type Priority } from './page.ts';
import { skipQueued } from './skip.ts';
import { isOpen, isStopped } from './status.ts';

/** Whether the first priority is louder than the second one. */
export const isLouder = (one: Priority, other: Priority): boolean =>
  PRIORITIES.indexOf(one) < PRIORITIES.indexOf(other);

/**
 * Whether a dispatch of the same incident, recipient, type and level makes no page of its own but gets this one
 * (docs/spec/api.md#dispatch).
 * @param priority what the dispatch asks for
 * @param now epoch ms
 */
export const takesUp = (page: Page, priority: Priority, now: number): boolean =>
  isOpen(page, now) && !isLouder(priority, page.incident.priority);

/**
 * Whether a louder page has something to stop in this one. A page that was delivered and needs no answer is closed, and
 * may still have a delivery that waits for its next attempt.
 */
export const isStoppable = (page: Page, priority: Priority, now: number): boolean =>
  isLouder(priority, page.incident.priority) &&
  !isStopped(page) &&
  (isOpen(page, now) || Object.values(page.deliveries).some((one) => isIn(one, 'QUEUED')));

/**
 * Lets a louder page take this one's place: what is queued or held here is skipped, and the page climbs no further
 * (docs/spec/api.md#dispatch; ADR 15). Deliveries under way end by their own outcome. The same page where there is
 * nothing to stop, so that repeating it is harmless.
 * @param by the louder page, which has to be durable and queued already
 */
export function supersede(page: Page, by: Pick<Page, 'id' | 'incident'>, now: number): Page {
  if (!isStoppable(page, by.incident.priority, now)) return page;
  const { held: _, ...rest } = skipQueued(page, 'superseded', now);
  return { ...rest, rev: page.rev + 1, pendingTiers: [], superseded: { at: now, by: by.id } };
}

/**
 * The pages that the page took the place of and those that took its place, over any number of steps: to their reader
 * all of them are one.
 * @param known where to look: pages of the same incident, in any order
 */
export function standIns(page: Page, known: readonly Page[]): Page[] {
  const ids = new Set([page.id, ...(page.superseded ? [page.superseded.by] : [])]);
  for (let before = 0; before < ids.size; ) {
    before = ids.size;
    for (const { id, superseded } of known) {
      if (superseded && (ids.has(id) || ids.has(superseded.by))) ids.add(id).add(superseded.by);
    }
  }
  return known.filter(
    (one, i) => one.id !== page.id && ids.has(one.id) && known.findIndex(({ id }) => id === one.id) === i,
  );
}
