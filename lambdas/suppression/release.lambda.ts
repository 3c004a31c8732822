import { alone, aside } from '../composition/aws/handlers.ts';
import * as queues from '../composition/aws/queues.ts';
import { runOf } from '../composition/aws/run.ts';
import { rulesOf } from '../composition/aws/settings.ts';
import * as table from '../composition/aws/table.ts';
import { releasing } from '../composition/suppression.ts';
import { parseEnv } from '../runtime/env.ts';
import { availableIn } from '../runtime/lanes-env.ts';
import { scheduleAndQueueHandler } from '../runtime/scheduled-handler.ts';
import { releaseEnv } from './release.env.ts';

const env = parseEnv(releaseEnv);
const run = runOf('release');
const ports = {
  ...run,
  pages: table.pages(env, run),
  holds: table.holds(env),
  groups: table.groups(env),
  recipients: table.recipients(env),
  windows: table.windows(env),
  codes: table.codes(env, run),
  audit: table.audit(env),
  escalationChecks: queues.escalationChecks(env),
  alerts: queues.alerts(env),
  schedules: queues.schedules(env),
  queue: queues.queue(env),
  releases: queues.releases(env),
};
const { release, sweep } = releasing(ports, { ...rulesOf(env), available: availableIn(env.LANES) });

export const handler = scheduleAndQueueHandler(
  { onSchedule: alone(env, run)('release-sweep', sweep), onMessage: aside(env, run)(release) },
  run,
);
