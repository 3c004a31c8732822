import type * as z from 'zod';
import type { dispatchEnv } from '../api/dispatch.env.ts';
import { createRetryPage } from '../api/retry-page.ts';
import { dynamo, sqs } from '../runtime/aws.ts';
import { createOperationsAlerts } from '../stores/queues.ts';
import { createWindowStore } from '../stores/windows.ts';
import { dispatchParts } from './dispatching.ts';

/** What accepts pages and sends them again, over the table and the queues of the environment. */
export function composeDispatch(env: z.output<typeof dispatchEnv>) {
  const parts = dispatchParts(env, { now: Date.now });
  const windows = createWindowStore(dynamo(), env.TABLE_NAME);
  return {
    ...parts,
    alerts: createOperationsAlerts(sqs(), env.ALERT_QUEUE_URL),
    windows: () => windows.list(),
    retryPage: createRetryPage(parts),
  };
}
