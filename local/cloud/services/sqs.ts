/**
 * SQS: fauxqs with its SQLite persistence, and the queues the templates declare.
 *
 * fauxqs's own start listens on every network interface. A queue of pages is nothing to offer to a café's network, so
 * this puts together what that start puts together, and listens on the loopback. The two modules it needs for that are
 * not exported by the package, hence the import by address; the version is pinned.
 */
import { mkdirSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { type BuildAppOptions, buildApp } from 'fauxqs';
import * as z from 'zod';
import type { Resolve } from '../template/resolver.ts';
import { REGION } from '../template/resolver.ts';
import { ignored, number, shaped } from '../template/shape.ts';
import type { Resource } from '../template/template.ts';
import { callService } from './aws-json.ts';
import { keepTraceHeaders } from './sqs-trace.ts';

type Stores = NonNullable<BuildAppOptions['stores']>;
interface Persistence {
  readonly db: { exec(sql: string): void };
  load(...stores: unknown[]): void;
  close(): void;
}

const queueSchema = z.strictObject({
  QueueName: z.string().optional(),
  VisibilityTimeout: number.optional(),
  DelaySeconds: number.optional(),
  MessageRetentionPeriod: number.optional(),
  MaximumMessageSize: number.optional(),
  ReceiveMessageWaitTimeSeconds: number.optional(),
  RedrivePolicy: z.strictObject({ deadLetterTargetArn: z.string(), maxReceiveCount: number }).optional(),
  RedriveAllowPolicy: ignored, // who may name this queue as its dead-letter queue
  SqsManagedSseEnabled: ignored, // nothing is encrypted at rest
  KmsMasterKeyId: ignored, // nothing is encrypted at rest
  KmsDataKeyReusePeriodSeconds: ignored, // nothing is encrypted at rest
  Tags: ignored,
});

export interface QueueSpec {
  name: string;
  attributes: Record<string, string>;
}

/** The queue a resource declares. */
export function queueSpec(resource: Resource, resolve: Resolve, name: string): QueueSpec {
  const { QueueName, RedrivePolicy, ...properties } = shaped(resource, resolve, queueSchema);
  const attributes: Record<string, string> = {};
  for (const [key, value] of Object.entries(properties)) if (typeof value === 'number') attributes[key] = String(value);
  if (RedrivePolicy) attributes.RedrivePolicy = JSON.stringify(RedrivePolicy);
  return { name, attributes };
}

export interface Sqs {
  url: string;
  stop(): Promise<void>;
}

/** Starts it on a free port of the loopback, on what `dir` holds. Delayed and hidden messages are kept as such. */
export async function startSqs(dir: string): Promise<Sqs> {
  mkdirSync(dir, { recursive: true });
  const home = import.meta.resolve('fauxqs');
  const part = (path: string) => import(new URL(path, home).href);
  const [{ SqsStore }, { SnsStore }, { S3Store }, { PersistenceManager }] = await Promise.all(
    ['./sqs/sqsStore.js', './sns/snsStore.js', './s3/s3Store.js', './persistence.js'].map(part),
  );
  const stores: Stores = { sqsStore: new SqsStore(), snsStore: new SnsStore(), s3Store: new S3Store() };
  const persistence: Persistence = new PersistenceManager(dir);
  // A commit survives the process from here on, and a power cut from the next checkpoint; waiting for the disk each time
  // would cost 4 ms a message.
  persistence.db.exec('PRAGMA synchronous = NORMAL');
  persistence.load(stores.sqsStore, stores.snsStore, stores.s3Store);
  // Only from here on, or loading would write back what it reads.
  const keep = persistence as unknown as NonNullable<Stores['sqsStore']['persistence']>;
  stores.sqsStore.persistence = keep;
  for (const queue of stores.sqsStore.allQueues()) queue.persistence = keep;

  const app = buildApp({ logger: false, defaultRegion: REGION, stores });
  keepTraceHeaders(app);
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      await app.close();
      persistence.close();
    },
  };
}

/** Creates the queue, or gives the one on disk the attributes of the template. */
export async function ensureQueue(url: string, spec: QueueSpec): Promise<void> {
  const { QueueUrl } = await callService<{ QueueUrl: string }>(url, 'AmazonSQS.CreateQueue', { QueueName: spec.name });
  await callService(url, 'AmazonSQS.SetQueueAttributes', { QueueUrl, Attributes: spec.attributes });
}
