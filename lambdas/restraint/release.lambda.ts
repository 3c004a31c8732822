import { rules } from '../core/rules.ts';
import { createAfterFailure } from '../operations/after-failure.ts';
import { createTendHolds } from '../operations/release-held.ts';
import { alone } from '../runtime/alone.ts';
import { dynamo, scheduler, sqs } from '../runtime/aws.ts';
import { parseEnv } from '../runtime/env.ts';
import { availableIn } from '../runtime/lanes.ts';
import { createLogger } from '../runtime/logger.ts';
import { createCount } from '../runtime/metrics.ts';
import { publishedPages } from '../runtime/publishing.ts';
import { scheduleAndQueueHandler } from '../runtime/scheduled-handler.ts';
import { createAuditLog } from '../stores/audit.ts';
import { createCodeStore } from '../stores/codes.ts';
import { createGroupStore } from '../stores/groups.ts';
import { createHoldStore } from '../stores/holds.ts';
import { createDeliveryQueue, createLooks, createOperationsAlerts } from '../stores/queues.ts';
import { createRecipientStore } from '../stores/recipients.ts';
import { createReleases } from '../stores/releases.ts';
import { createReleaseSchedules } from '../stores/schedules.ts';
import { createWindowStore } from '../stores/windows.ts';
import { releaseEnv } from './release.env.ts';
import { createRelease, createSweep } from './release.ts';

const env = parseEnv(releaseEnv);
const [table, clock] = [env.TABLE_NAME, { now: Date.now }];
const shared = {
  ...{ pages: publishedPages(env, clock), clock, rules: rules(env.TIME_SCALE), available: availableIn(env.LANES) },
  ...{ holds: createHoldStore(dynamo(), table), groups: createGroupStore(dynamo(), table) },
  looks: createLooks(sqs(), env.LOOK_QUEUE_URL, env.TIME_SCALE),
  alerts: createOperationsAlerts(sqs(), env.ALERT_QUEUE_URL),
  ...{ recipients: createRecipientStore(dynamo(), table), audit: createAuditLog(dynamo(), table) },
  ...{ windows: createWindowStore(dynamo(), table), codes: createCodeStore(dynamo(), table, clock) },
  schedules: createReleaseSchedules(scheduler(), { queueArn: env.RELEASE_QUEUE_ARN, roleArn: env.SCHEDULE_ROLE_ARN }),
  queue: createDeliveryQueue(sqs(), env.LANES, env.TIME_SCALE),
  releases: createReleases(sqs(), env.RELEASE_QUEUE_URL),
};
const tend = createTendHolds({ ...shared, afterFailure: createAfterFailure(shared) });
const own = { logger: createLogger('release'), count: createCount('release') };
const onSchedule = alone(table, own.logger)('release-sweep', createSweep(shared));
export const handler = scheduleAndQueueHandler({ onSchedule, onMessage: createRelease({ ...shared, tend }) }, own);
