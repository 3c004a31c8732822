/** The function of lambdas/alerts, put together as its entry does, over any ports. */
import { createAlerts } from '../../../lambdas/alerts/alerts.ts';
import { createGroup } from '../../../lambdas/alerts/group.ts';
import { createTellBrokenContact } from '../../../lambdas/alerts/tell-broken-contact.ts';
import { createTellOperations } from '../../../lambdas/alerts/tell-operations.ts';
import { createTellOptedOut } from '../../../lambdas/alerts/tell-opted-out.ts';
import type { AlertMessage } from '../../../lambdas/core/alerts/ports.ts';
import type { Clock } from '../../../lambdas/core/clock.ts';
import type { Channel } from '../../../lambdas/core/page/page.ts';
import type { RecipientStore } from '../../../lambdas/core/recipient/ports.ts';
import type { Rules } from '../../../lambdas/core/rules.ts';
import { sqsHandler } from '../../../lambdas/runtime/sqs-handler.ts';
import type { createDispatch } from '../../../lambdas/use-cases/dispatch.ts';
import type { Surroundings } from '../late-ports.ts';
import { memoryAlerts, memoryAlertWindows } from '../memory-escalation.ts';
import { MemoryQueue } from '../memory-queue.ts';
import type { recordedTelemetry } from '../telemetry.ts';
import type { Consumer } from './lanes.ts';
import { PUBLIC_BASE_URL } from './names.ts';

interface Deps {
  dispatch: ReturnType<typeof createDispatch>;
  recipients: RecipientStore;
  available: ReadonlySet<Channel>;
  rules: Rules;
  clock: Clock;
  telemetry: ReturnType<typeof recordedTelemetry>;
}

/** What raises alerts and tells of opt-outs, and what is made of it. */
export function createOperations(
  clock: Clock,
  { port, handler }: Surroundings,
  operationsRecipients: readonly string[] = [],
) {
  const queue = new MemoryQueue('alerts', clock.now);
  const alertQueue = port('alertQueue', { send: async (message: AlertMessage, ms = 0) => queue.send(message, ms) });
  /** What the topic got. */
  const told: { at: number; subject: string; text: string }[] = [];
  return {
    queue,
    alertQueue,
    told,
    alerts: port(
      'alerts',
      memoryAlerts(clock, (alert) => queue.send(alert)),
    ),
    consumer(deps: Deps): Consumer {
      const tell = createTellOperations({
        ...deps,
        topic: port('topic', {
          publish: async ({ subject, text }: { subject: string; text: string }) =>
            void told.push({ at: clock.now(), subject, text }),
        }),
        recipients: operationsRecipients,
        publicBaseUrl: PUBLIC_BASE_URL,
        notReached: () => deps.telemetry.count('OperationsNotReached'),
      });
      const group = createGroup({
        ...deps,
        windows: port('alertWindows', memoryAlertWindows()),
        queue: alertQueue,
        tell,
      });
      const tellOptedOut = createTellOptedOut({ ...deps, overrides: {} });
      const tellBrokenContact = createTellBrokenContact({ ...deps, group, overrides: {} });
      const { telemetry } = deps;
      const handle = handler('alerts', createAlerts({ group, tellOptedOut, tellBrokenContact, ...telemetry }));
      return { entry: 'alerts/alerts', lane: queue, handler: sqsHandler(handle, telemetry) as Consumer['handler'] };
    },
  };
}
