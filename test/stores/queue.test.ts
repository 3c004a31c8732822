/** What a queue has to do for us, held against the one in memory that tests use and the one that the local run uses. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDeliveryQueue, hideFor, sendTo } from '../../lambdas/stores/queues.ts';
import { ensureQueue, startSqs } from '../../local/cloud/services/sqs.ts';
import { MemoryQueue } from '../support/memory-queue.ts';

/** Visibility of the queues here. */
const HIDDEN = 1_000;
const MESSAGE = { pageId: 'pg_aaaaaaaaaaaaaaaa', round: 1, channel: 'sms', claim: 1 } as const;

interface Received {
  body: string;
  receives: number;
  delete(): Promise<void>;
  hide(ms: number): Promise<void>;
}
interface Queue {
  send(delayMs: number): Promise<void>;
  receive(): Promise<Received[]>;
  /** The clock of the queue: the machine's, or its own. */
  now(): number;
  /** Time passes: for real, or on the queue's own clock. */
  pass(ms: number): Promise<void>;
}

/** Receives what is hidden until `ms` after `since`: nothing, unless the machine was so slow that its time had come. */
async function receiveHidden(queue: Queue, since: number, ms: number): Promise<Received[]> {
  const received = await queue.receive();
  if (received.length > 0) expect(queue.now() - since).toBeGreaterThanOrEqual(ms);
  return received;
}

function suite(open: () => Promise<Queue>): void {
  test('a message is received once, and again when nobody deletes it', async () => {
    const queue = await open();
    await queue.send(0);
    const since = queue.now();
    const [first, ...others] = await queue.receive();
    expect([others.length, JSON.parse(first?.body ?? '{}'), first?.receives]).toEqual([0, MESSAGE, 1]);
    const [early] = await receiveHidden(queue, since, HIDDEN);
    await queue.pass(HIDDEN + 50);
    const [again = early] = await queue.receive();
    expect(again?.receives).toBeGreaterThanOrEqual(2);
    await again?.delete();
    await queue.pass(HIDDEN + 50);
    expect(await queue.receive()).toEqual([]);
  });

  test('a delayed message is not there before its time', async () => {
    const queue = await open();
    const since = queue.now();
    await queue.send(500);
    const [early] = await receiveHidden(queue, since, 500);
    await queue.pass(600);
    const late = early ?? (await queue.receive())[0];
    expect(late?.receives).toBe(1);
    await late?.delete();
  });

  test('a hidden message comes back when its hiding ends, and not with its neighbours', async () => {
    const queue = await open();
    await queue.send(0);
    const [held] = await queue.receive();
    const since = queue.now();
    await held?.hide(1_000);
    await queue.send(0);
    const received = await queue.receive();
    const [other, early] = received.sort((a, b) => a.receives - b.receives);
    expect(other?.receives).toBe(1);
    if (early) expect(queue.now() - since).toBeGreaterThanOrEqual(1_000);
    await other?.delete();
    await queue.pass(1_100);
    const back = early ?? (await queue.receive())[0];
    expect(back?.receives).toBe(2);
    await back?.delete();
  });
}

describe('the queue in memory', () => {
  suite(async () => {
    let now = 0;
    const queue = new MemoryQueue('q', () => now, HIDDEN);
    return {
      send: async (delayMs) => queue.send(MESSAGE, delayMs),
      receive: async () =>
        queue.receive().map(({ id, body, receives }) => ({
          body,
          receives,
          delete: async () => queue.delete(id),
          hide: async (ms) => queue.hide(id, ms),
        })),
      now: () => now,
      pass: async (ms) => {
        now += ms;
      },
    };
  });
});

describe('fauxqs, through the adapter of the workers', () => {
  const dir = mkdtempSync(join(tmpdir(), 'lifeline-queue-'));
  let sqs: Awaited<ReturnType<typeof startSqs>>;
  let names = 0;
  beforeAll(async () => {
    sqs = await startSqs(dir);
  });
  afterAll(async () => {
    await sqs.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  suite(async () => {
    const name = `q${++names}`;
    await ensureQueue(sqs.url, { name, attributes: { VisibilityTimeout: String(HIDDEN / 1_000) } });
    const url = `${sqs.url}/000000000000/${name}`;
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    const client = new SQSClient({ endpoint: sqs.url, region: 'us-east-1', credentials });
    // Scaled, because then delays are fractions of a second.
    const queue = createDeliveryQueue(client, { sms: { urgent: url, normal: url } }, 60);
    return {
      send: (delayMs) => queue.send(MESSAGE, 'CRITICAL', delayMs),
      async receive() {
        const { Messages = [] } = await client.send(
          new ReceiveMessageCommand({
            QueueUrl: url,
            MaxNumberOfMessages: 10,
            MessageSystemAttributeNames: ['ApproximateReceiveCount'],
          }),
        );
        return Messages.map(({ Body = '', ReceiptHandle = '', Attributes = {} }) => ({
          body: Body,
          receives: Number(Attributes.ApproximateReceiveCount),
          delete: async () => void (await client.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle }))),
          hide: (ms) => hideFor(client, url, ReceiptHandle, ms),
        }));
      },
      now: Date.now,
      pass: async (ms) => {
        for (const end = Date.now() + ms; Date.now() < end; ) await sleep(Math.min(200, end - Date.now()));
      },
    };
  });

  test('a message is taken and read whatever characters a name or an incident has', async () => {
    await ensureQueue(sqs.url, { name: 'characters', attributes: {} });
    const url = `${sqs.url}/000000000000/characters`;
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    const client = new SQSClient({ endpoint: sqs.url, region: 'us-east-1', credentials });
    const sent = { by: 'Zoë 🚒', incidentId: 'a"\\b \u2028\uffff 日本' };
    await sendTo(client, url, sent, 0, 1);
    const { Messages = [] } = await client.send(new ReceiveMessageCommand({ QueueUrl: url }));
    expect(Messages.map(({ Body = '' }) => JSON.parse(Body))).toEqual([sent]);
  });
});
