/** The ports of what several functions do, over an environment. */
import { randomPageId } from '../../core/page/ids.ts';
import type { Lanes } from '../../runtime/lanes-env.ts';
import type { AnsweringPorts } from '../answering.ts';
import type { ContactPorts } from '../contacts.ts';
import type { DispatchPorts } from '../dispatching.ts';
import type { Run } from '../ports.ts';
import type { ReceivingPorts } from '../receiving.ts';
import type { EventsEnv } from './publishing.ts';
import * as queues from './queues.ts';
import * as table from './table.ts';

interface Scaled {
  TIME_SCALE: number;
}
export type AnsweringEnv = table.TableEnv & EventsEnv & { ANSWER_QUEUE_URL: string };
export type DispatchEnv = AnsweringEnv &
  Scaled & { LANES: Lanes; ESCALATION_CHECK_QUEUE_URL: string; RELEASE_QUEUE_URL: string };
export type ReceivingEnv = table.TableEnv &
  EventsEnv &
  Scaled & { LANES: Lanes; ESCALATION_CHECK_QUEUE_URL: string; ALERT_QUEUE_URL: string };

export const contactPorts = (env: table.TableEnv & { ALERT_QUEUE_URL: string }, run: Run): ContactPorts => ({
  ...run,
  recipients: table.recipients(env),
  optOuts: table.optOuts(env),
  audit: table.audit(env),
  alertQueue: queues.news(env),
});

export const answeringPorts = (env: AnsweringEnv, run: Run): AnsweringPorts => ({
  pages: table.pages(env, run),
  groups: table.groups(env),
  audit: table.audit(env),
  answerQueue: queues.answerQueue(env),
});

/** What every function needs that pages somebody. */
export const dispatchPorts = (env: DispatchEnv, run: Run): DispatchPorts & AnsweringPorts & Run => ({
  ...run,
  ...answeringPorts(env, run),
  recipients: table.recipients(env),
  dedupe: table.dedupe(env, run),
  codes: table.codes(env, run),
  holds: table.holds(env),
  knownWindows: table.knownWindows(env, run),
  queue: queues.queue(env),
  escalationChecks: queues.escalationChecks(env),
  releases: queues.releases(env),
  newPageId: randomPageId,
});

/** What every function needs that hears receipts. */
export const receivingPorts = (env: ReceivingEnv, run: Run): ReceivingPorts => ({
  ...run,
  ...contactPorts(env, run),
  pages: table.pages(env, run),
  groups: table.groups(env),
  circuits: table.circuits(env, run),
  queue: queues.queue(env),
  escalationChecks: queues.escalationChecks(env),
  alerts: queues.alerts(env),
});
