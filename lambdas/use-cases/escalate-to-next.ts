import type { OperationsAlerts } from '../core/alerts/ports.ts';
import { answer } from '../core/page/answer.ts';
import type { Page } from '../core/page/page.ts';
import type { PageStore } from '../core/page/ports.ts';
import { isAnswered } from '../core/page/status.ts';
import { isSystemPage } from '../core/page/system-page.ts';
import { changePage } from './change-page.ts';
import type { createDispatch } from './dispatch.ts';

/** Pages `escalateTo`; repeating it pages nobody twice. */
export type EscalateToNext = (page: Page) => Promise<void>;

interface Deps {
  pages: PageStore;
  dispatch: ReturnType<typeof createDispatch>;
  alerts: OperationsAlerts;
}

/**
 * Pages the next people one level up (docs/spec/escalation.md#follow-ups), each with their own preferences. Who cannot
 * be paged, and a page that names nobody, is told to operations: somebody has to know that the way ends here.
 *
 * An answer may come at any moment of this, and after a crash long before it: so the page is read when it begins, and
 * what was paged is answered with it if it has been answered by the end. Two people who give up on the same incident
 * have one next page in common, as two dispatches of it would (docs/spec/api.md#dispatch).
 */
export function createEscalateToNext({ pages, dispatch, alerts }: Deps): EscalateToNext {
  return async (given) => {
    // Whole: the description may lie apart, because it is long.
    const page = (await pages.getWithDescription(given.id)) ?? given;
    if (isAnswered(page)) return;
    const { incident, requireAck, ackScope, escalateTo } = page;
    const escalationLevel = page.escalationLevel + 1;
    const { id: incidentId, priority, service } = incident;
    const lost = async (recipientId: string, cause: string) => {
      if (isSystemPage(page)) return;
      await alerts.raise({ kind: 'NOT_PASSED_ON', cause, pageId: page.id, incidentId, recipientId, priority, service });
    };
    if (escalateTo.length === 0) await lost(page.recipientId, 'nobody_to_escalate_to');
    const next: Page[] = [];
    for (const recipientId of escalateTo) {
      const outcome = await dispatch(
        {
          incident,
          recipientId,
          escalationLevel,
          requireAck,
          ackScope,
          type: 'escalation',
          skipTiers: page.skipTiers,
          escalateTo: [],
        },
        {
          clientId: 'lifeline',
          by: 'Lifeline',
          joins: true,
          idempotencyKey: `${page.id}:${escalationLevel}:${recipientId}`,
        },
      );
      if (outcome.result === 'accepted') next.push(outcome.page);
      else await lost(recipientId, outcome.result);
    }
    if (ackScope === 'incident') await answerLike(page.id, next);
  };

  /** Pages that were written after the answer to the incident was: it has not seen them. */
  async function answerLike(id: string, next: readonly Page[]): Promise<void> {
    if (next.length === 0) return;
    const { acknowledged, resolved } = (await pages.get(id, { consistent: true })) ?? {};
    for (const one of next) {
      await changePage(pages, one.id, (page) => {
        const known = acknowledged ? answer(page, 'acknowledge', acknowledged) : page;
        return { page: resolved ? answer(known, 'resolve', resolved) : known };
      });
    }
  }
}
