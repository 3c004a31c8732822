import { queueHandler } from '../runtime/aside.ts';
import { dynamo, snsTopics, sqs } from '../runtime/aws.ts';
import { dispatching } from '../runtime/dispatching.ts';
import { parseEnv } from '../runtime/env.ts';
import { createLogger } from '../runtime/logger.ts';
import { METRICS } from '../runtime/metric-names.ts';
import { createCount } from '../runtime/metrics.ts';
import { deployedWording } from '../runtime/wording.ts';
import { createAlertWindows } from '../stores/alert-windows.ts';
import { createOperationsTopic } from '../stores/operations-topic.ts';
import { createAlertQueue } from '../stores/queues.ts';
import { alertsEnv } from './alerts.env.ts';
import { createAlerts } from './alerts.ts';
import { createGroup } from './group.ts';
import { createTellOperations } from './tell-operations.ts';
import { createTellOptedOut } from './tell-opted-out.ts';

const env = parseEnv(alertsEnv);
const [logger, count] = [createLogger('alerts'), createCount('alerts')];
const deps = dispatching(env, { now: Date.now });
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
const tellOptedOut = createTellOptedOut({ ...deps, overrides: deployedWording() });

export const handler = queueHandler(createAlerts({ group, tellOptedOut, count }), env, { logger, count });
