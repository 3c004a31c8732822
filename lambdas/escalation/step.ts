import type { OperationsAlerts } from '../core/alerts/ports.ts';
import type { Clock } from '../core/clock.ts';
import { channelsLeft } from '../core/escalation/activations.ts';
import { type NextStep, nextStep } from '../core/escalation/next-step.ts';
import { replan } from '../core/escalation/replan.ts';
import type { Channel, Page } from '../core/page/page.ts';
import type { CodeStore, DeliveryQueue, PageStore } from '../core/page/ports.ts';
import { exhaust, firstCopies, start } from '../core/page/start.ts';
import { isSystemPage } from '../core/page/system-page.ts';
import type { RecipientStore } from '../core/recipient/ports.ts';
import type { Rules } from '../core/rules.ts';
import { OfNewerVersion } from '../core/versions.ts';
import { changePage } from '../use-cases/change-page.ts';
import type { EscalateToNext } from '../use-cases/escalate-to-next.ts';
import { keepCode, withCode } from '../use-cases/reserve-code.ts';

interface Deps {
  pages: PageStore;
  recipients: Pick<RecipientStore, 'get'>;
  codes: Pick<CodeStore, 'reserve'>;
  queue: DeliveryQueue;
  escalateToNext: EscalateToNext;
  alerts: OperationsAlerts;
  available: ReadonlySet<Channel>;
  rules: Rules;
  clock: Clock;
}

export type StepResult = { status: 'waiting'; until: number } | { status: 'ended' };

/**
 * Does what the page needs now, until nothing is due: starts tiers and rounds, or gives up (ADR 10).
 * @param mayBeRepeated an earlier run of this very step may have died: then what it wrote and did not queue is queued
 */
export function createStep(deps: Deps) {
  const { pages, rules, clock } = deps;

  return async function step(pageId: string, mayBeRepeated: boolean): Promise<StepResult> {
    let page = await pages.get(pageId, { consistent: true });
    if (page && mayBeRepeated) await queueCopies(page);
    while (page) {
      const due = nextStep(page, clock.now(), rules);
      if (due.step === 'wait') return { status: 'waiting', until: due.until };
      if (due.step === 'end') {
        // Repeated, should the run that exhausted it have died before it had told anybody.
        if (page.exhausted && mayBeRepeated) await giveUp(page);
        return { status: 'ended' };
      }
      // The machine tries again within a minute, for as long as it takes.
      if (due.step === 'newer') throw new OfNewerVersion(due.what);
      page = await perform(page, due);
    }
    return { status: 'ended' };
  };

  /** The page afterwards, whether or not this run was the one that changed it. */
  async function perform(
    before: Page,
    due: Exclude<NextStep, { step: 'wait' | 'end' | 'newer' }>,
  ): Promise<Page | undefined> {
    const recipient = due.step === 'exhaust' ? undefined : await deps.recipients.get(before.recipientId);
    const code = await keepCode(deps.codes, before, recipient, clock.now());
    const changed = await changePage(
      pages,
      before.id,
      (current) => {
        const now = clock.now();
        const next = nextStep(current, now, rules);
        const page = withCode(current, code);
        if (next.step !== due.step) return {};
        switch (next.step) {
          case 'start_tier':
            return {
              page: start(page, next.tier, replan(page, next.tier.channels, recipient, deps.available), now),
            };
          case 'start_round':
            return { page: start(page, 'round', replan(page, next.channels, recipient, deps.available), now) };
          case 'exhaust':
            return { page: exhaust(page, now) };
          default:
            return {};
        }
      },
      { start: before },
    );
    if (!changed || !('page' in changed.decision)) return changed?.page;
    if (due.step === 'exhaust') await giveUp(changed.page);
    else await queueCopies(changed.page);
    return changed.page;
  }

  async function queueCopies(page: Page): Promise<void> {
    await Promise.all(firstCopies(page).map((copy) => deps.queue.send(copy, page.incident.priority)));
  }

  async function giveUp(page: Page): Promise<void> {
    const { id: incidentId, priority, service } = page.incident;
    const about = { pageId: page.id, incidentId, recipientId: page.recipientId, priority, service };
    // Two different things to do: somebody to wake, or contact points to mend.
    const cause = channelsLeft(page).length === 0 ? 'no_channel_left' : 'nobody_answered';
    if (!isSystemPage(page)) await deps.alerts.raise({ kind: 'EXHAUSTED', cause, ...about });
    if (page.escalateTo.length > 0) await deps.escalateToNext(page);
  }
}
