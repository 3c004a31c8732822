import * as queues from '../composition/aws/queues.ts';
import { runOf } from '../composition/aws/run.ts';
import * as table from '../composition/aws/table.ts';
import { deadLettersApi } from '../composition/dead-letters.ts';
import { apiHandler } from '../http/api-handler.ts';
import { parseEnv } from '../runtime/env.ts';
import { availableIn } from '../runtime/lanes-env.ts';
import { deadLetterApiEnv } from './dead-letters.env.ts';

const env = parseEnv(deadLetterApiEnv);
const run = runOf('dead-letters');
const ports = {
  ...run,
  deadLetterQueue: queues.deadLetterQueue(env),
  redrives: table.redrives(env),
  redriveQueue: queues.redriveQueue(env),
  audit: table.audit(env),
};

export const handler = apiHandler(deadLettersApi(ports, { available: availableIn(env.DEAD_LETTERS) }), run);
