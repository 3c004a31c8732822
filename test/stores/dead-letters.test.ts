/** Dead letters and redrives against the queue and the table of the local run, and those in memory that tests use. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DeadLetterQueue, Redrive, RedriveStore } from '../../lambdas/core/dead-letters/ports.ts';
import { createDeadLetterQueue } from '../../lambdas/stores/dead-letter-queue.ts';
import { createDeadLetters } from '../../lambdas/stores/queues.ts';
import { createRedriveStore } from '../../lambdas/stores/redrives.ts';
import { ensureQueue, startSqs } from '../../local/cloud/services/sqs.ts';
import { startTable, TABLE } from '../support/dynalite.ts';
import { memoryRedrives } from '../support/memory-dead-letters.ts';
import { T0 } from '../support/pages.ts';

const REDRIVE: Redrive = {
  id: 'rd_aaaaaaaaaaaaaaaa',
  channel: 'sms',
  total: 3,
  startedAt: T0,
  stays: [],
  actor: 'client/subject',
  retried: 0,
  requeued: 0,
  notNeeded: 0,
  failed: 0,
};

function redriveSuite(open: () => RedriveStore): void {
  test('a redrive counts what became of its letters, and remembers those that stay', async () => {
    const store = open();
    expect(await store.get(REDRIVE.id)).toBeUndefined();
    await store.create(REDRIVE);
    expect(await store.get(REDRIVE.id)).toEqual(REDRIVE);
    const added = await store.add(REDRIVE.id, [
      { deadLetter: 'a', outcome: 'retried' },
      { deadLetter: 'b', outcome: 'failed' },
    ]);
    expect(added).toEqual({ ...REDRIVE, retried: 1, failed: 1, stays: ['b'] });
    await store.add(REDRIVE.id, [{ deadLetter: 'c', outcome: 'retried' }]);
    await store.finish({ ...added, retried: 2 }, T0 + 1);
    expect(await store.get(REDRIVE.id)).toEqual({ ...added, retried: 2, total: 3, finishedAt: T0 + 1 });
  });
}

describe('redrives in memory', () => redriveSuite(memoryRedrives));

describe('redrives in dynalite', () => {
  let table: Awaited<ReturnType<typeof startTable>>;
  beforeAll(async () => {
    table = await startTable();
  });
  afterAll(() => table.stop());
  redriveSuite(() => createRedriveStore(table.client, TABLE));
});

describe('a dead-letter queue', () => {
  const directory = mkdtempSync(join(tmpdir(), 'lifeline-dead-'));
  let sqs: Awaited<ReturnType<typeof startSqs>>;
  let client: SQSClient;
  let queues = 0;

  beforeAll(async () => {
    sqs = await startSqs(directory);
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    client = new SQSClient({ endpoint: sqs.url, region: 'us-east-1', credentials });
  });
  afterAll(async () => {
    client.destroy();
    await sqs.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  async function open(): Promise<{ box: DeadLetterQueue; url: string }> {
    const name = `dead-${++queues}`;
    await ensureQueue(sqs.url, { name, attributes: { VisibilityTimeout: '30' } });
    const url = `${sqs.url}/000000000000/${name}`;
    return { box: createDeadLetterQueue(client, { sms: url }), url };
  }
  const raw = (url: string, MessageBody: string) => client.send(new SendMessageCommand({ QueueUrl: url, MessageBody }));

  test('gives back what a worker put there: what it is about, and why', async () => {
    const { box, url } = await open();
    const about = { pageId: 'pg_aaaaaaaaaaaaaaaa', round: 2, claim: 5 };
    const reason = { code: '21611', class: 'transient', message: 'full' } as const;
    await createDeadLetters(client, url).put({ ...about, channel: 'sms' }, reason);
    const [deadLetter] = await box.receive('sms', 10, 30_000);
    expect(deadLetter).toMatchObject({ about, reason });
    expect(Math.abs(Date.now() - (deadLetter?.sentAt ?? 0))).toBeLessThan(60_000);
    expect(await box.depth('sms')).toBe(1);
    expect(await box.receive('sms', 10, 30_000)).toEqual([]);
    await box.release('sms', deadLetter ? [deadLetter] : []);
    // A second later; whether this wait or the next one ends behind it is up to the clock.
    const [again] = [...(await box.receive('sms', 10, 30_000)), ...(await box.receive('sms', 10, 30_000))];
    expect(again?.id).toBe(deadLetter?.id);
    if (again) await box.remove('sms', again);
    expect(await box.depth('sms')).toBe(0);
  });

  test('has letters without a reason, which SQS moved, and some that are none of ours', async () => {
    const { box, url } = await open();
    await raw(url, JSON.stringify({ pageId: 'pg_aaaaaaaaaaaaaaaa', round: 1, channel: 'sms', claim: 1, paced: true }));
    await raw(url, '{"unreadable":"+14155550100 says hello"}');
    await raw(url, 'not even JSON');
    await raw(url, JSON.stringify({ pageId: 'pg_aaaaaaaaaaaaaaaa', round: 1, channel: 'email', claim: 1 }));
    const deadLetters = await box.receive('sms', 10, 30_000);
    expect(deadLetters.map(({ about }) => about?.claim).sort()).toEqual([1, undefined, undefined, undefined]);
    for (const { reason } of deadLetters) expect(reason.code).toBe('too_many_receives');
    expect(JSON.stringify(deadLetters)).not.toContain('4155550100');
  });

  test('a dead-letter queue of a channel that there is none of is refused', async () => {
    const { box } = await open();
    await expect(box.depth('voice')).rejects.toThrow('no dead letters of the channel voice');
  });
});
