import { queueHandler } from '../composition/aws/handlers.ts';
import * as queues from '../composition/aws/queues.ts';
import { runOf } from '../composition/aws/run.ts';
import { rulesOf } from '../composition/aws/settings.ts';
import * as table from '../composition/aws/table.ts';
import { redriving } from '../composition/dead-letters.ts';
import { parseEnv } from '../runtime/env.ts';
import { availableIn } from '../runtime/lanes-env.ts';
import { redriveEnv } from './redrive.env.ts';

const env = parseEnv(redriveEnv);
const run = runOf('redrive');
const ports = {
  ...run,
  pages: table.pages(env, run),
  recipients: table.recipients(env),
  codes: table.codes(env, run),
  audit: table.audit(env),
  redrives: table.redrives(env),
  deadLetterQueue: queues.deadLetterQueue(env),
  redriveQueue: queues.redriveQueue(env),
  queue: queues.queue(env),
  escalationChecks: queues.escalationChecks(env),
};

export const handler = queueHandler(redriving(ports, { ...rulesOf(env), available: availableIn(env.LANES) }), env, run);
