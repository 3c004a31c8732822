import pMap from 'p-map';
import type { Clock } from '../core/clock.ts';
import { nextStep } from '../core/escalation/next-step.ts';
import type { EscalationChecks } from '../core/escalation/ports.ts';
import { replan } from '../core/escalation/replan.ts';
import { newerToClimb } from '../core/page/newer.ts';
import { type Channel, HOLD_REASONS, type Hold, isIn, type Page } from '../core/page/page.ts';
import type { CodeStore, DeliveryQueue, PageStore } from '../core/page/ports.ts';
import { extendHold, release, waiting } from '../core/page/release.ts';
import { firstCopies } from '../core/page/start.ts';
import { isHeld, isStopped } from '../core/page/status.ts';
import type { RecipientStore } from '../core/recipient/ports.ts';
import type { Recipient } from '../core/recipient/recipient.ts';
import type { Rules } from '../core/rules.ts';
import { digestGroup, type GroupStore } from '../core/suppression/groups.ts';
import { holdFor } from '../core/suppression/hold.ts';
import type { HoldItem, HoldStore, ReleaseSchedules, WindowStore } from '../core/suppression/ports.ts';
import { HOUR, MINUTE } from '../core/time.ts';
import { isOneOf } from '../core/versions.ts';
import type { AfterFailure } from '../use-cases/after-failure.ts';
import { changePage } from '../use-cases/change-page.ts';
import { keepCode, withCode } from '../use-cases/reserve-code.ts';

interface Deps {
  pages: PageStore;
  recipients: Pick<RecipientStore, 'get'>;
  codes: Pick<CodeStore, 'reserve'>;
  windows: Pick<WindowStore, 'list'>;
  holds: HoldStore;
  schedules: ReleaseSchedules;
  groups: Pick<GroupStore, 'join'>;
  queue: DeliveryQueue;
  escalationChecks: EscalationChecks;
  afterFailure: AfterFailure;
  available: ReadonlySet<Channel>;
  rules: Rules;
  clock: Clock;
}

/** A page that stays held because only a newer version can let it go (ADR 18). */
export interface LeftToNewer {
  what: string;
  /** For longer than a deployment leaves two versions side by side. */
  waitsForLong: boolean;
}

/** A dispatch may have written the hold of a page that it has not written yet, or never will. */
const ORPHANED_AFTER = HOUR;
/** No deployment leaves two versions side by side for longer. */
const DEPLOYED_WITHIN = 10 * MINUTE;
/** A night's pages in one go would be more requests than a function has connections. */
const CONCURRENCY = 20;

/**
 * Tends the held pages of a recipient (ADR 12): decides each anew, on the windows and quiet hours of now. What is over
 * goes out, what is not is looked at again at its end. Repeated, or by two at once, it does nothing twice that a person
 * would notice: whatever it changes it changes on condition, and extra queue copies are dropped by their claims.
 * @returns what it left held
 */
export function createReevaluateHolds(deps: Deps) {
  const { pages, holds, queue, escalationChecks, rules, clock } = deps;

  return async function reevaluate(recipientId: string): Promise<LeftToNewer[]> {
    const items = await holds.ofRecipient(recipientId);
    if (items.length === 0) return [];
    const [known, recipient, windows] = await Promise.all([
      pages.getMany(items.map(({ pageId }) => pageId)),
      deps.recipients.get(recipientId),
      deps.windows.list({ consistent: true }),
    ]);
    const now = clock.now();
    const due: Page[] = [];
    const ends = new Set<number>();
    const left: LeftToNewer[] = [];
    for (const item of items) {
      const page = known.find(({ id }) => id === item.pageId);
      if (!page) {
        if (now - item.until > ORPHANED_AFTER) await holds.remove(item);
        continue;
      }
      const hold = isHeld(page) ? stillHeld(page, page.held, recipient, windows, now) : undefined;
      if (hold) {
        ends.add(hold.until);
        await moveTo(item, page, hold);
        continue;
      }
      const newer = isStopped(page) ? undefined : newerToClimb(page);
      // Its hold stays, so the sweep comes back to it each minute, until the version that knows it has been deployed.
      if (newer !== undefined) left.push({ what: newer, waitsForLong: now - item.until > DEPLOYED_WITHIN });
      else due.push(page);
    }
    await releasePage(recipientId, due, recipient);
    await Promise.all([...ends].map((end) => deps.schedules.comeBack(recipientId, end, now)));
    return left;
  };

  function stillHeld(
    page: Page,
    held: Hold,
    recipient: Recipient | undefined,
    windows: Parameters<typeof holdFor>[2],
    now: number,
  ): Hold | undefined {
    const hold = holdFor(page, recipient, windows, now);
    // A cap is about the hour it was met in, whatever else there is; a reason of a newer version lasts as long as it says.
    const keepsItsEnd = held.reason === 'cap' || !isOneOf(HOLD_REASONS, held.reason);
    if (keepsItsEnd && now < held.until && (!hold || hold.until < held.until)) return held;
    return hold;
  }

  async function moveTo(item: HoldItem, page: Page, hold: Hold): Promise<void> {
    // The item first: it is what the sweep goes by, and one that comes too early only looks.
    if (item.until !== hold.until) await holds.put({ ...item, until: hold.until });
    await changePage(pages, page.id, (current) => ({ page: extendHold(current, hold) }), { start: page });
  }

  /** More than one that is not CRITICAL share their messages: one digest. */
  async function releasePage(recipientId: string, due: Page[], recipient: Recipient | undefined): Promise<void> {
    const open = due.filter((page) => isHeld(page) && page.incident.priority !== 'CRITICAL');
    const now = clock.now();
    const group = open.length > 1 ? digestGroup(now) : undefined;
    if (group !== undefined) {
      const members = open.map((page) => ({ pageId: page.id, at: now, interruptive: [] }));
      // All of them before the first one goes, whose message lists them.
      await deps.groups.join({ recipientId, group }, members);
    }
    await pMap(due, (page) => sendNow(page, recipient, open.includes(page) ? group : undefined), {
      concurrency: CONCURRENCY,
    });
  }

  async function sendNow(before: Page, recipient: Recipient | undefined, group?: string): Promise<void> {
    const code = await keepCode(deps.codes, before, recipient, clock.now());
    const changed = await changePage(
      pages,
      before.id,
      (page) => {
        const channels = replan(page, waiting(page), recipient, deps.available);
        const released = release(page, channels, clock.now(), group);
        return { page: released === page ? page : withCode(released, code) };
      },
      { start: before },
    );
    // Not only what this run released: an earlier one may have died before it had queued the copies.
    if (changed && !isStopped(changed.page)) await send(changed.page);
    await holds.remove({ recipientId: before.recipientId, pageId: before.id });
  }

  /** Everything that follows a release, as it follows an acceptance. */
  async function send(page: Page): Promise<void> {
    const now = clock.now();
    const next = nextStep(page, now, rules);
    const lookIn = next.step === 'wait' ? next.until - now : 0;
    await Promise.all([
      ...firstCopies(page).map((copy) => queue.send(copy, page.incident.priority)),
      next.step !== 'end' && escalationChecks.send({ pageId: page.id }, lookIn),
    ]);
    const failed = Object.values(page.deliveries).find((one) => isIn(one, 'FAILED'));
    if (failed) await deps.afterFailure({ pageId: page.id, channel: failed.channel });
  }
}
