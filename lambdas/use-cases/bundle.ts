import type { Clock } from '../core/clock.ts';
import type { Bundle } from '../core/content/bundle.ts';
import { type Delivery, deliveryKey, isIn, type Page } from '../core/page/page.ts';
import type { DeliveryMessage, PageStore } from '../core/page/ports.ts';
import { isAnswered } from '../core/page/status.ts';
import type { Rules } from '../core/rules.ts';
import { decideBundling, follow, isBundledInto } from '../core/suppression/bundle.ts';
import { type GroupStore, isListed } from '../core/suppression/groups.ts';
import type { AfterFailure, PropagateToBundled } from './after-failure.ts';
import { changePage } from './change-page.ts';

interface Deps {
  pages: PageStore;
  groups: GroupStore;
  clock: Clock;
}

/** What becomes of a copy of a page that shares messages, before it claims anything. Undefined: it goes on by itself. */
export type BundleGate = (
  message: DeliveryMessage,
) => Promise<{ copy: 'done' } | { copy: 'again'; until: number } | undefined>;

/** A message lists so many at most, the latest; the content names fewer. */
const MAX_LISTED = 100;
/** How soon a copy looks again after another one was faster. */
const RETRY_AFTER_CONFLICT_MS = 1_000;

/**
 * Lets the pages of a group share messages (ADR 12): one copy takes the slot of its channel and lists all open pages of
 * the group, the others join its message or wait for the next one.
 * @param rode after a page was told of by another one's message, with what its channel does beside
 */
export function createBundleGate(
  deps: Deps & { rules: Rules; joined: (page: Page, delivery: Delivery) => Promise<void> },
): BundleGate {
  const { pages, groups, clock } = deps;

  return async ({ pageId, round, channel, claim }) => {
    const key = deliveryKey(round, channel);
    const page = await pages.get(pageId, { consistent: true });
    const { group, recipientId } = page ?? {};
    if (!page || group === undefined || recipientId === undefined) return undefined;
    const name = { recipientId, group };
    const slot = await groups.slot(name, channel);
    const carrier = slot && slot.carrier !== pageId ? await pages.get(slot.carrier, { consistent: true }) : page;
    const carried = slot && carrier?.deliveries[deliveryKey(slot.round, channel)];
    const now = clock.now();
    const decided = decideBundling(page, key, claim, slot, carried, deps.rules.bundleRenew, now);
    switch (decided.decision) {
      case 'send-alone':
        return undefined;
      case 'wait':
        return { copy: 'again', until: decided.until };
      case 'join': {
        if ((await pages.save(page, decided.page)) === 'conflict')
          return { copy: 'again', until: now + RETRY_AFTER_CONFLICT_MS };
        const delivery = decided.page.deliveries[key];
        if (delivery) await deps.joined(decided.page, delivery);
        return { copy: 'done' };
      }
      case 'lead': {
        const members = (await groups.members(name)).toSorted((a, b) => b.at - a.at).slice(0, MAX_LISTED);
        const known = await pages.getMany([...new Set([pageId, ...members.map((one) => one.pageId)])]);
        const listed = known.filter((one) => isListed(one, one.id === pageId)).map(({ id }) => id);
        // What it lists first: a message must not go out whose buttons mean less than it says.
        await groups.list(pageId, listed, now);
        const isMine = await groups.take(name, channel, slot, { carrier: pageId, round, at: now, listed });
        return isMine ? undefined : { copy: 'again', until: now + RETRY_AFTER_CONFLICT_MS };
      }
    }
  };
}

export type BundleOf = (page: Page) => Promise<Bundle | undefined>;

/** What a message of this page lists now; undefined where that is the page alone. */
export const createBundleOf =
  ({ pages, groups }: Pick<Deps, 'pages' | 'groups'>): BundleOf =>
  async (page) => {
    if (page.group === undefined) return undefined;
    const listed = await groups.listed(page.id);
    if (listed.length < 2) return undefined;
    const known = (await pages.getMany(listed)).map((one) => (one.id === page.id ? page : one));
    const open = known.filter((one) => isListed(one, one.id === page.id));
    return open.length < 2 ? undefined : { recipientId: page.recipientId, pages: open };
  };

/** All that messages of this page have listed, whatever has become of it. */
export const createListedOf =
  ({ pages, groups }: Pick<Deps, 'pages' | 'groups'>) =>
  async (page: Page): Promise<Page[]> =>
    page.group === undefined ? [] : pages.getMany(await groups.listed(page.id));

const isOver = (delivery: Delivery): boolean => isIn(delivery, 'DELIVERED', 'FAILED', 'SKIPPED');

/**
 * Propagates the outcome of a page's own message to the pages bundled into it. One that joined another's carried nothing, and
 * is told by that one: pages of a group carry each other in different rounds, and would tell each other without end.
 */
export function createPropagateToBundled({
  pages,
  groups,
  clock,
  afterFailure,
}: Deps & { afterFailure: AfterFailure }): PropagateToBundled {
  return async (page, delivery) => {
    if (page.group === undefined || delivery.bundledInto !== undefined || !isOver(delivery)) return;
    const listed = (await groups.listed(page.id)).filter((id) => id !== page.id);
    await Promise.all(
      listed.map(async (id) => {
        const changed = await changePage(pages, id, (rider) => ({
          page: follow(rider, page, delivery, clock.now()),
        }));
        if (!changed || isAnswered(changed.page)) return;
        // Repeats too: the run before may have died after the bundled page was written.
        const joined = changed.page.deliveries[deliveryKey(changed.page.round, delivery.channel)];
        const hasFailed = isIn(joined, 'FAILED') && isBundledInto(joined, page, delivery);
        if (hasFailed) await afterFailure({ pageId: id, channel: delivery.channel });
      }),
    );
  };
}
