import { createGroup } from '../../../lambdas/alerts/group.ts';
import type { OperationsAlert } from '../../../lambdas/core/alerts/alert.ts';
import type { AlertMessage, AlertWindows, WindowOver } from '../../../lambdas/core/alerts/ports.ts';
import { type AlertGroup, type AlertWindow, totalOf } from '../../../lambdas/core/alerts/window.ts';
import { rules } from '../../../lambdas/core/rules.ts';
import { memoryAlertWindows } from '../../support/memory-escalation.ts';
import { MemoryQueue } from '../../support/memory-queue.ts';

export const failed = (pageId: string, more: Partial<OperationsAlert> = {}): OperationsAlert => ({
  kind: 'FAILED',
  cause: '30007',
  pageId,
  incidentId: 'INC-1',
  recipientId: 'usr_alice',
  priority: 'HIGH',
  service: 'payments-api',
  ...more,
});

/** Grouping over memory, on a clock that `pass` moves; it brings what is due. */
export function groupWorld({ wrap = (windows: AlertWindows) => windows } = {}) {
  let now = 0;
  const queue = new MemoryQueue('alerts', () => now);
  const told: { at: number; group: AlertGroup; window: AlertWindow; total: number }[] = [];
  let broken = false;
  const group = createGroup({
    windows: wrap(memoryAlertWindows()),
    queue: { send: async (message: AlertMessage, ms) => queue.send(message, ms) },
    async tell(of, window) {
      if (broken) throw new Error('the topic is down');
      told.push({ at: now, group: of, window, total: totalOf(window.opening) });
    },
    rules: rules(),
    clock: { now: () => now },
  });
  return {
    told,
    raise: (alert: OperationsAlert, again = false) => group.alert(alert, again),
    /** Makes telling fail. */
    breakTopic: (is: boolean) => {
      broken = is;
    },
    dropMessages: () => queue.messages.splice(0),
    async pass(ms: number): Promise<void> {
      const end = now + ms;
      for (;;) {
        const next = queue.nextAt();
        if (next === undefined || next > end) break;
        now = Math.max(now, next);
        for (const message of queue.receive()) {
          const over = JSON.parse(message.body) as WindowOver;
          await group.over(over, message.receives > 1).then(
            () => queue.delete(message.id),
            () => undefined,
          );
        }
      }
      now = end;
    },
  };
}
