import type { Clock } from '../core/clock.ts';
import { rules } from '../core/rules.ts';
import { dynamo, sqs } from '../runtime/aws.ts';
import { availableIn, type Lanes } from '../runtime/lanes-env.ts';
import { createAuditLog } from '../stores/audit.ts';
import { createCodeStore } from '../stores/codes.ts';
import { createDedupeStore } from '../stores/dedupe.ts';
import { createGroupStore } from '../stores/groups.ts';
import { createDeliveryQueue, createLooks, createStopQueue } from '../stores/queues.ts';
import { createRecipientStore } from '../stores/recipients.ts';
import { createBundleOf, createListedOf } from '../use-cases/bundle.ts';
import { createDispatch } from '../use-cases/dispatch.ts';
import { createReserveCode } from '../use-cases/reserve-code.ts';
import { createStopIncident } from '../use-cases/stop-incident.ts';
import { publishedPages } from './publishing.ts';
import { suppressionOf } from './suppression.ts';

interface Env {
  TABLE_NAME: string;
  EVENT_BUS_NAME: string;
  LANES: Lanes;
  LOOK_QUEUE_URL: string;
  STOP_QUEUE_URL: string;
  RELEASE_QUEUE_URL: string;
  HOURLY_CAP: number;
  TIME_SCALE: number;
}

/** What dispatching takes, over the table and the queues of an environment. */
export function dispatchParts(env: Env, clock: Clock) {
  const pages = publishedPages(env, clock);
  const codes = createCodeStore(dynamo(), env.TABLE_NAME, clock);
  const shared = {
    pages,
    codes,
    clock,
    rules: rules(env.TIME_SCALE),
    available: availableIn(env.LANES),
    recipients: createRecipientStore(dynamo(), env.TABLE_NAME),
    queue: createDeliveryQueue(sqs(), env.LANES, env.TIME_SCALE),
    looks: createLooks(sqs(), env.LOOK_QUEUE_URL, env.TIME_SCALE),
    audit: createAuditLog(dynamo(), env.TABLE_NAME),
  };
  const dispatch = createDispatch({
    ...shared,
    suppression: suppressionOf(env, clock),
    dedupe: createDedupeStore(dynamo(), env.TABLE_NAME, clock),
    reserveCode: createReserveCode(codes),
    stopIncident: createStopIncident(pages, createStopQueue(sqs(), env.STOP_QUEUE_URL)),
  });
  return { ...shared, dispatch };
}

/** What every function needs that pages people about what others have done. */
export function dispatching(env: Env, clock: Clock) {
  const parts = dispatchParts(env, clock);
  const sharing = { pages: parts.pages, groups: createGroupStore(dynamo(), env.TABLE_NAME) };
  return { ...parts, bundleOf: createBundleOf(sharing), listedOf: createListedOf(sharing) };
}
