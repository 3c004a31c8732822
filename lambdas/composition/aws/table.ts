/** The ports that lie in the table, each over the table of an environment. A bundle carries those that it names. */

import { createAlertWindows } from '../../stores/alert-windows.ts';
import { createAuditLog } from '../../stores/audit.ts';
import { createAwaitedReceipts } from '../../stores/awaited-receipts.ts';
import { cached } from '../../stores/cached.ts';
import { createCapStore } from '../../stores/caps.ts';
import { createCircuitStore } from '../../stores/circuits.ts';
import { createCodeStore } from '../../stores/codes.ts';
import { createDedupeStore } from '../../stores/dedupe.ts';
import { createGroupStore } from '../../stores/groups.ts';
import { createHealthStore } from '../../stores/health.ts';
import { createHoldStore } from '../../stores/holds.ts';
import { createInboundTexts } from '../../stores/inbound-texts.ts';
import { createLateReceipts } from '../../stores/late-receipts.ts';
import { createPhoneLocks } from '../../stores/leases.ts';
import { createOptOutStore } from '../../stores/opt-outs.ts';
import { createPageStore } from '../../stores/pages.ts';
import { publishingCircuits } from '../../stores/published-circuits.ts';
import { publishingPages } from '../../stores/published-pages.ts';
import { createRateLimitStore } from '../../stores/rate-limits.ts';
import { createRecipientStore } from '../../stores/recipients.ts';
import { createRedriveStore } from '../../stores/redrives.ts';
import { createTaskTokens } from '../../stores/task-tokens.ts';
import { createTeamPosts } from '../../stores/team-posts.ts';
import { createVerificationStore } from '../../stores/verifications.ts';
import { createWindowStore } from '../../stores/windows.ts';
import type { Run } from '../ports.ts';
import { dynamo } from './clients.ts';
import { type EventsEnv, eventsOut } from './publishing.ts';

export interface TableEnv {
  TABLE_NAME: string;
}
type Clocked = Pick<Run, 'clock'>;

/**
 * How old what a process knows of maintenance windows may be (ADR 12): the pages of a busy process share one read.
 * Never scaled.
 */
const WINDOWS_FRESH_MS = 5_000;

/** To read pages only: it tells nobody of a change. */
export const readPages = (env: TableEnv) => createPageStore(dynamo(), env.TABLE_NAME);
export const pages = (env: TableEnv & EventsEnv, run: Clocked) => publishingPages(readPages(env), eventsOut(env, run));
/** To read circuits only: it tells nobody of a change. */
export const readCircuits = (env: TableEnv) => createCircuitStore(dynamo(), env.TABLE_NAME);
export const circuits = (env: TableEnv & EventsEnv, run: Clocked) =>
  publishingCircuits(readCircuits(env), eventsOut(env, run));

export const alertWindows = (env: TableEnv) => createAlertWindows(dynamo(), env.TABLE_NAME);
export const audit = (env: TableEnv) => createAuditLog(dynamo(), env.TABLE_NAME);
export const awaited = (env: TableEnv) => createAwaitedReceipts(dynamo(), env.TABLE_NAME);
export const caps = (env: TableEnv) => createCapStore(dynamo(), env.TABLE_NAME);
export const codes = (env: TableEnv, { clock }: Clocked) => createCodeStore(dynamo(), env.TABLE_NAME, clock);
export const dedupe = (env: TableEnv, { clock }: Clocked) => createDedupeStore(dynamo(), env.TABLE_NAME, clock);
export const groups = (env: TableEnv) => createGroupStore(dynamo(), env.TABLE_NAME);
export const health = (env: TableEnv) => createHealthStore(dynamo(), env.TABLE_NAME);
export const holds = (env: TableEnv) => createHoldStore(dynamo(), env.TABLE_NAME);
export const inbound = (env: TableEnv, { clock }: Clocked) => createInboundTexts(dynamo(), env.TABLE_NAME, clock);
export const lateReceipts = (env: TableEnv, { clock }: Clocked) => createLateReceipts(dynamo(), env.TABLE_NAME, clock);
export const phoneLocks = (env: TableEnv) => createPhoneLocks(dynamo(), env.TABLE_NAME);
export const optOuts = (env: TableEnv) => createOptOutStore(dynamo(), env.TABLE_NAME);
export const rateLimits = (env: TableEnv) => createRateLimitStore(dynamo(), env.TABLE_NAME);
export const posts = (env: TableEnv) => createTeamPosts(dynamo(), env.TABLE_NAME);
export const recipients = (env: TableEnv) => createRecipientStore(dynamo(), env.TABLE_NAME);
export const redrives = (env: TableEnv) => createRedriveStore(dynamo(), env.TABLE_NAME);
export const verifications = (env: TableEnv, { clock }: Clocked) =>
  createVerificationStore(dynamo(), env.TABLE_NAME, clock);
export const taskTokens = (env: TableEnv) => createTaskTokens(dynamo(), env.TABLE_NAME);
export const windows = (env: TableEnv) => createWindowStore(dynamo(), env.TABLE_NAME);
export function knownWindows(env: TableEnv, { clock }: Clocked) {
  const store = windows(env);
  return cached(() => store.list(), clock, WINDOWS_FRESH_MS);
}
