import type * as z from 'zod';
import { rules } from '../core/rules.ts';
import { dynamo, scheduler, sqs } from '../runtime/aws.ts';
import { availableIn } from '../runtime/lanes-env.ts';
import type { Log } from '../runtime/logger.ts';
import type { Count } from '../runtime/metrics.ts';
import { createAuditLog } from '../stores/audit.ts';
import { createCodeStore } from '../stores/codes.ts';
import { createGroupStore } from '../stores/groups.ts';
import { createHoldStore } from '../stores/holds.ts';
import { createDeliveryQueue, createLooks, createOperationsAlerts } from '../stores/queues.ts';
import { createRecipientStore } from '../stores/recipients.ts';
import { createReleases } from '../stores/releases.ts';
import { createReleaseSchedules } from '../stores/schedules.ts';
import { createWindowStore } from '../stores/windows.ts';
import type { releaseEnv } from '../suppression/release.env.ts';
import { createRelease, createSweep } from '../suppression/release.ts';
import { createTendHolds } from '../suppression/release-held.ts';
import { createAfterFailure } from '../use-cases/after-failure.ts';
import { publishedPages } from './publishing.ts';

/** What lets held pages go, over the table and the queues of its environment: by a message, and by the sweep. */
export function composeRelease(env: z.output<typeof releaseEnv>, telemetry: { logger: Log; count: Count }) {
  const table = env.TABLE_NAME;
  const clock = { now: Date.now };
  const shared = {
    pages: publishedPages(env, clock),
    holds: createHoldStore(dynamo(), table),
    groups: createGroupStore(dynamo(), table),
    recipients: createRecipientStore(dynamo(), table),
    windows: createWindowStore(dynamo(), table),
    codes: createCodeStore(dynamo(), table, clock),
    audit: createAuditLog(dynamo(), table),
    looks: createLooks(sqs(), env.LOOK_QUEUE_URL, env.TIME_SCALE),
    alerts: createOperationsAlerts(sqs(), env.ALERT_QUEUE_URL),
    schedules: createReleaseSchedules(scheduler(), { queueArn: env.RELEASE_QUEUE_ARN, roleArn: env.SCHEDULE_ROLE_ARN }),
    queue: createDeliveryQueue(sqs(), env.LANES, env.TIME_SCALE),
    releases: createReleases(sqs(), env.RELEASE_QUEUE_URL),
    available: availableIn(env.LANES),
    rules: rules(env.TIME_SCALE),
    clock,
  };
  const tend = createTendHolds({ ...shared, afterFailure: createAfterFailure(shared) });
  return { release: createRelease({ ...shared, ...telemetry, tend }), sweep: createSweep(shared) };
}
