import { apiHandler } from '../runtime/api-handler.ts';
import { dynamo, sqs } from '../runtime/aws.ts';
import { parseEnv } from '../runtime/env.ts';
import { createLogger } from '../runtime/logger.ts';
import { createCount } from '../runtime/metrics.ts';
import { createPageStore } from '../stores/pages.ts';
import { queueDepth } from '../stores/queues.ts';
import { healthEnv } from './health.env.ts';
import { createHealth } from './health.ts';

const env = parseEnv(healthEnv);
const pages = createPageStore(dynamo(), env.TABLE_NAME);

export const handler = apiHandler(
  {
    getHealth: createHealth({
      depths: [env.SMS_URGENT_QUEUE_URL, env.SMS_NORMAL_QUEUE_URL].map((url) => () => queueDepth(sqs(), url)),
      // Any key will do: what counts is that the table answers.
      tableAnswers: () => pages.get('pg_health'),
      clock: { now: Date.now },
    }),
  },
  { logger: createLogger('health'), count: createCount('health') },
);
