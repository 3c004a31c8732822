import { dynamo } from '../runtime/aws.ts';
import { parseEnv } from '../runtime/env.ts';
import { createLogger } from '../runtime/logger.ts';
import { createCount } from '../runtime/metrics.ts';
import { sqsHandler } from '../runtime/sqs-handler.ts';
import { createPageStore } from '../stores/pages.ts';
import { stopAgainEnv } from './stop-again.env.ts';
import { createStopAgain } from './stop-again.ts';

const env = parseEnv(stopAgainEnv);

export const handler = sqsHandler(createStopAgain(createPageStore(dynamo(), env.TABLE_NAME)), {
  logger: createLogger('stop-again'),
  count: createCount('stop-again'),
});
