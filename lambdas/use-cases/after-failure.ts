import type { OperationsAlerts } from '../core/alerts/ports.ts';
import type { AuditLog } from '../core/audit/ports.ts';
import type { Clock } from '../core/clock.ts';
import { nextStep } from '../core/escalation/next-step.ts';
import type { EscalationChecks } from '../core/escalation/ports.ts';
import { type Channel, type Delivery, deliveryKey, isIn, type Page } from '../core/page/page.ts';
import type { PageStore } from '../core/page/ports.ts';
import { pageStatus } from '../core/page/status.ts';
import { isSystemPage } from '../core/page/system-page.ts';
import type { Rules } from '../core/rules.ts';

/** Propagates the outcome of a page's message to the pages that were bundled into it. */
export type PropagateToBundled = (page: Page, delivery: Delivery) => Promise<void>;

interface Deps {
  pages: Pick<PageStore, 'get'>;
  escalationChecks: EscalationChecks;
  alerts: OperationsAlerts;
  audit: AuditLog;
  rules: Rules;
  clock: Clock;
  /** For pages whose message others shared. */
  propagateToBundled: PropagateToBundled;
}

/** What a delivery that failed or was put off may mean for its page; call it once that is written. */
export type AfterFailure = (failed: { pageId: string; channel: Channel }) => Promise<void>;

/**
 * Wakes the page's escalation if the failure has made something due, and tells operations when the page is lost.
 *
 * The page is read again, consistently: of two channels that fail at the same time neither worker has seen the other's
 * failure, and the one that reads last sees both (ADR 10).
 */
export function createAfterFailure({
  pages,
  escalationChecks,
  alerts,
  audit,
  rules,
  clock,
  propagateToBundled,
}: Deps): AfterFailure {
  return async ({ pageId, channel }) => {
    const page = await pages.get(pageId, { consistent: true });
    if (!page) return;
    const failed = page.deliveries[deliveryKey(page.round, channel)];
    if (isIn(failed, 'FAILED')) await propagateToBundled(page, failed);
    const { step } = nextStep(page, clock.now(), rules);
    if (step !== 'wait' && step !== 'end') await escalationChecks.send({ pageId }, 0);

    const { id: incidentId, priority, service } = page.incident;
    if (isSystemPage(page)) return;
    const about = { pageId, incidentId, recipientId: page.recipientId, priority, service };
    const cause = lastCode(page);
    if (pageStatus(page) === 'FAILED') await alerts.raise({ kind: 'FAILED', cause, ...about });
    const at = permanentFailure(page, channel);
    if (at !== undefined) {
      const details = { incidentId, recipientId: page.recipientId, code: cause };
      // Copies of a message and repeated receipts come here again.
      await audit.record(
        { at, resource: `page/${pageId}`, action: 'notification.failed', actor: 'lifeline', details },
        'once',
      );
      await alerts.raise({ kind: 'PERMANENT', cause, ...about });
    }
  };
}

/**
 * Since when e-mail and SMS of the round have both failed, if this channel was the second
 * (docs/spec/delivery.md#exhausted-attempts).
 */
function permanentFailure(page: Page, channel: Channel): number | undefined {
  const failedAt = (one: 'email' | 'sms') => {
    const delivery = page.deliveries[`${page.round}.${one}`];
    return isIn(delivery, 'FAILED') ? delivery.state.at : undefined;
  };
  const [email, sms] = [failedAt('email'), failedAt('sms')];
  if (email === undefined || sms === undefined) return undefined;
  return channel === (email > sms ? 'email' : 'sms') ? Math.max(email, sms) : undefined;
}

/** The code of what failed last. */
function lastCode(page: Page): string {
  const failed = Object.values(page.deliveries).flatMap((d) => (isIn(d, 'FAILED') ? [d.state] : []));
  return failed.toSorted((a, b) => a.at - b.at).at(-1)?.error.code ?? 'unknown';
}
