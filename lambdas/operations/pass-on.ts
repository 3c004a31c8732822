import { isAboutOperations } from '../core/page/about-operations.ts';
import type { Page } from '../core/page/page.ts';
import type { OperationsAlerts, PageStore } from '../core/ports.ts';
import type { createDispatch } from './dispatch.ts';

/** Pages `escalateTo`; repeating it pages nobody twice. */
export type PassOn = (page: Page) => Promise<void>;

interface Deps {
  pages: Pick<PageStore, 'getWhole'>;
  dispatch: ReturnType<typeof createDispatch>;
  alerts: OperationsAlerts;
}

/**
 * Pages the next people one level up (contract §2, "Follow-ups"), each with their own preferences. Who cannot be paged,
 * and a page that names nobody, is told to operations: somebody has to know that the way ends here.
 */
export function createPassOn({ pages, dispatch, alerts }: Deps): PassOn {
  return async (page) => {
    const { requireAck, ackScope, escalateTo } = page;
    const escalationLevel = page.escalationLevel + 1;
    // The description may lie apart, because it is long.
    const incident = (await pages.getWhole(page.id))?.incident ?? page.incident;
    const { id: incidentId, priority, service } = incident;
    const lost = async (recipientId: string, cause: string) => {
      if (isAboutOperations(page)) return;
      await alerts.raise({ kind: 'NOT_PASSED_ON', cause, pageId: page.id, incidentId, recipientId, priority, service });
    };
    if (escalateTo.length === 0) await lost(page.recipientId, 'nobody_to_escalate_to');
    for (const recipientId of escalateTo) {
      const { result } = await dispatch(
        {
          ...{ incident, recipientId, escalationLevel, requireAck, ackScope },
          ...{ type: 'escalation', skipTiers: page.skipTiers, escalateTo: [] },
        },
        { clientId: 'lifeline', by: 'Lifeline', idempotencyKey: `${page.id}:${escalationLevel}:${recipientId}` },
      );
      if (result !== 'accepted') await lost(recipientId, result);
    }
  };
}
