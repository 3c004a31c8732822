import { apiHandler } from '../http/api-handler.ts';
import { dynamo, sqs } from '../runtime/aws.ts';
import { parseEnv } from '../runtime/env.ts';
import { availableIn } from '../runtime/lanes-env.ts';
import { createLogger } from '../runtime/logger.ts';
import { createCount } from '../runtime/metrics.ts';
import { createAuditLog } from '../stores/audit.ts';
import { createDeadLetterBox } from '../stores/dead-letter-box.ts';
import { createRedriveQueue } from '../stores/queues.ts';
import { createRedriveStore } from '../stores/redrives.ts';
import { deadLetterApiEnv } from './dead-letters.env.ts';
import { createGetRedrive, createListDeadLetters, createStartRedrive } from './dead-letters.ts';

const env = parseEnv(deadLetterApiEnv);
const deps = {
  box: createDeadLetterBox(sqs(), env.DEAD_LETTERS),
  redrives: createRedriveStore(dynamo(), env.TABLE_NAME),
  queue: createRedriveQueue(sqs(), env.REDRIVE_QUEUE_URL),
  audit: createAuditLog(dynamo(), env.TABLE_NAME),
  available: availableIn(env.DEAD_LETTERS),
  clock: { now: Date.now },
};

export const handler = apiHandler(
  {
    listDeadLetters: createListDeadLetters(deps),
    redriveDeadLetters: createStartRedrive(deps),
    getRedrive: createGetRedrive(deps),
  },
  { logger: createLogger('dead-letters'), count: createCount('dead-letters') },
);
