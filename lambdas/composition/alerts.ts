import type * as z from 'zod';
import type { alertsEnv } from '../alerts/alerts.env.ts';
import { createAlerts } from '../alerts/alerts.ts';
import { createGroup } from '../alerts/group.ts';
import { createTellBrokenContact } from '../alerts/tell-broken-contact.ts';
import { createTellOperations } from '../alerts/tell-operations.ts';
import { createTellOptedOut } from '../alerts/tell-opted-out.ts';
import type { Clock } from '../core/clock.ts';
import { dynamo, snsTopics, sqs } from '../runtime/aws.ts';
import type { Log } from '../runtime/logger.ts';
import { METRICS } from '../runtime/metric-names.ts';
import type { Count } from '../runtime/metrics.ts';
import { createAlertWindows } from '../stores/alert-windows.ts';
import { createOperationsTopic } from '../stores/operations-topic.ts';
import { createAlertQueue } from '../stores/queues.ts';
import { dispatching } from './dispatching.ts';
import { deployedWording } from './wording.ts';

/** The consumer of alerts, over the table, the topic and the queues of its environment. */
export function alerting(env: z.output<typeof alertsEnv>, clock: Clock, telemetry: { logger: Log; count: Count }) {
  const { logger, count } = telemetry;
  const deps = dispatching(env, clock);
  const tell = createTellOperations({
    ...deps,
    topic: createOperationsTopic(snsTopics, env.OPERATIONS_TOPIC_ARN),
    recipients: env.OPERATIONS_RECIPIENTS,
    publicBaseUrl: env.PUBLIC_BASE_URL,
    notReached(recipientId, why) {
      logger.error('an operations recipient cannot be paged', { recipientId, why });
      count(METRICS.operationsNotReached);
    },
  });
  const windows = createAlertWindows(dynamo(), env.TABLE_NAME);
  const queue = createAlertQueue(sqs(), env.ALERT_QUEUE_URL, env.TIME_SCALE);
  const group = createGroup({ ...deps, windows, queue, tell });
  const overrides = deployedWording();
  const tellOptedOut = createTellOptedOut({ ...deps, overrides });
  const tellBrokenContact = createTellBrokenContact({ ...deps, group, overrides });
  return createAlerts({ group, tellOptedOut, tellBrokenContact, count });
}
