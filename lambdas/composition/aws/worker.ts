import type { SQSRecord } from 'aws-lambda';
import type * as z from 'zod';
import type { Channel } from '../../core/page/page.ts';
import type { workerEnv } from '../../delivery/worker.env.ts';
import { hideFor } from '../../stores/queues.ts';
import type { WorkerPorts, WorkerSettings } from '../delivery.ts';
import type { Run } from '../ports.ts';
import { sqs } from './clients.ts';
import { receivingPorts } from './ports.ts';
import * as queues from './queues.ts';
import { actionKeys, type Secrets } from './secrets.ts';
import { environmentsOf, paceOf, rulesOf, spoken } from './settings.ts';
import * as table from './table.ts';

type Env = z.output<typeof workerEnv>;

/** What a channel's worker needs, over the table and the queues of its environment. */
export function workerPorts(channel: Channel, env: Env, run: Run, { ourNumber }: Secrets): WorkerPorts {
  const lane = { urgent: env.URGENT_QUEUE_URL, normal: env.NORMAL_QUEUE_URL };
  const isUrgent = ({ eventSourceARN }: SQSRecord) => eventSourceARN === env.URGENT_QUEUE_ARN;
  return {
    ...receivingPorts({ ...env, LANES: { [channel]: lane } }, run),
    deadLetters: queues.deadLetters(env),
    receiptChecks: queues.receiptChecks(env),
    rateLimits: table.rateLimits(env),
    keys: actionKeys(env, run),
    ourNumber,
    isUrgent,
    hide: (record, ms) => hideFor(sqs(), isUrgent(record) ? lane.urgent : lane.normal, record.receiptHandle, ms),
  };
}

export const workerSettings = (env: Env): WorkerSettings => ({
  ...rulesOf(env),
  ...spoken(),
  publicBaseUrl: env.PUBLIC_BASE_URL,
  twoWay: env.TWO_WAY_CALLING_CODES,
  senderLimit: paceOf(env.SENDER_PER_MINUTE, env.SENDER_BURST, env.TIME_SCALE),
  environments: environmentsOf(env),
});
