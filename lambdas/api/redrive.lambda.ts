import { queueHandler } from '../composition/aside.ts';
import { publishedPages } from '../composition/publishing.ts';
import { rules } from '../core/rules.ts';
import { dynamo, sqs } from '../runtime/aws.ts';
import { parseEnv } from '../runtime/env.ts';
import { availableIn } from '../runtime/lanes-env.ts';
import { createLogger } from '../runtime/logger.ts';
import { createCount } from '../runtime/metrics.ts';
import { createAuditLog } from '../stores/audit.ts';
import { createCodeStore } from '../stores/codes.ts';
import { createDeadLetterBox } from '../stores/dead-letter-box.ts';
import { createDeliveryQueue, createLooks, createRedriveQueue } from '../stores/queues.ts';
import { createRecipientStore } from '../stores/recipients.ts';
import { createRedriveStore } from '../stores/redrives.ts';
import { redriveEnv } from './redrive.env.ts';
import { createRedriveWorker } from './redrive.ts';
import { createRedriveLetter } from './redrive-letter.ts';
import { createRetryPage } from './retry-page.ts';

const env = parseEnv(redriveEnv);
const [logger, clock] = [createLogger('redrive'), { now: Date.now }];
const pages = publishedPages(env, clock);
const queue = createDeliveryQueue(sqs(), env.LANES, env.TIME_SCALE);
const retryPage = createRetryPage({
  pages,
  queue,
  clock,
  available: availableIn(env.LANES),
  rules: rules(env.TIME_SCALE),
  recipients: createRecipientStore(dynamo(), env.TABLE_NAME),
  codes: createCodeStore(dynamo(), env.TABLE_NAME, clock),
  looks: createLooks(sqs(), env.LOOK_QUEUE_URL, env.TIME_SCALE),
  audit: createAuditLog(dynamo(), env.TABLE_NAME),
});
const work = createRedriveWorker({
  logger,
  clock,
  redriveLetter: createRedriveLetter({ pages, queue, retryPage }),
  box: createDeadLetterBox(sqs(), env.DEAD_LETTERS),
  redrives: createRedriveStore(dynamo(), env.TABLE_NAME),
  queue: createRedriveQueue(sqs(), env.REDRIVE_QUEUE_URL),
});

export const handler = queueHandler(({ body }) => work(body), env, { logger, count: createCount('redrive') });
