import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import {
  CreateScheduleCommand,
  DeleteScheduleCommand,
  GetScheduleCommand,
  SchedulerClient,
} from '@aws-sdk/client-scheduler';
import { expect, it, onTestFinished, vi } from 'vitest';
import { createReleaseSchedules } from '../../lambdas/stores/schedules.ts';
import { startScheduler } from '../../local/cloud/services/scheduler.ts';
import { tempDir } from './helpers.ts';

const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
const TARGET = {
  queueArn: 'arn:aws:sqs:us-east-1:000000000000:Releases',
  roleArn: 'arn:aws:iam::000000000000:role/releases',
};

async function start(file = join(tempDir(), 'scheduler.json')) {
  const scheduler = await startScheduler(file);
  onTestFinished(() => scheduler.stop());
  const client = new SchedulerClient({ endpoint: scheduler.url, region: 'us-east-1', credentials, maxAttempts: 1 });
  return { scheduler, client, file };
}

/** A queue service that keeps what it is sent. */
async function queues() {
  const received: { queue: string; body: string }[] = [];
  const server = createServer(async (req: IncomingMessage, res) => {
    const chunks: Buffer[] = [];
    for await (const chunk of req) chunks.push(chunk as Buffer);
    const { QueueUrl, MessageBody } = JSON.parse(Buffer.concat(chunks).toString());
    received.push({ queue: new URL(QueueUrl).pathname, body: MessageBody });
    res.end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { received, url: `http://127.0.0.1:${(server.address() as { port: number }).port}` };
}

const at = (ms: number) => `at(${new Date(ms).toISOString().slice(0, 19)})`;
const once = (Name: string, ms: number) =>
  new CreateScheduleCommand({
    Name,
    ScheduleExpression: at(ms),
    FlexibleTimeWindow: { Mode: 'OFF' },
    ActionAfterCompletion: 'DELETE',
    Target: { Arn: TARGET.queueArn, RoleArn: TARGET.roleArn, Input: `{"name":"${Name}"}` },
  });

it('a schedule that is due sends its message once and is gone then', async () => {
  const { scheduler, client } = await start();
  const sqs = await queues();
  scheduler.run(sqs.url);
  await client.send(once('due', Date.now() - 1_000));
  await vi.waitFor(() => expect(sqs.received).toEqual([{ queue: '/000000000000/Releases', body: '{"name":"due"}' }]));
  await vi.waitFor(() =>
    expect(client.send(new GetScheduleCommand({ Name: 'due' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    }),
  );
});

it('schedules survive a restart, and those that became due meanwhile fire at the next start', async () => {
  const { scheduler, client, file } = await start();
  await client.send(once('late', Date.now() - 60_000));
  await client.send(once('later', Date.now() + 3_600_000));
  await scheduler.stop();
  const next = await start(file);
  const sqs = await queues();
  next.scheduler.run(sqs.url);
  await vi.waitFor(() => expect(sqs.received.map(({ body }) => body)).toEqual(['{"name":"late"}']));
  expect(await next.client.send(new GetScheduleCommand({ Name: 'later' }))).toMatchObject({ State: 'ENABLED' });
});

it('a deleted schedule never fires, and one that a queue refuses is tried again', async () => {
  const { scheduler, client } = await start();
  scheduler.run('http://127.0.0.1:9');
  await client.send(once('gone', Date.now() + 600));
  await client.send(new DeleteScheduleCommand({ Name: 'gone' }));
  await client.send(once('refused', Date.now() - 1));
  const sqs = await queues();
  scheduler.run(sqs.url);
  await vi.waitFor(() => expect(sqs.received.map(({ body }) => body)).toContain('{"name":"refused"}'));
  expect(sqs.received.map(({ body }) => body)).not.toContain('{"name":"gone"}');
});

it('what AWS would run differently is refused', async () => {
  const { client } = await start();
  const rate = once('rate', 0);
  rate.input.ScheduleExpression = 'rate(1 minute)';
  await expect(client.send(rate)).rejects.toMatchObject({ name: 'ValidationException' });
  const lambda = once('lambda', 0);
  lambda.input.Target = { Arn: 'arn:aws:lambda:us-east-1:0:function:f', RoleArn: TARGET.roleArn, Input: '{}' };
  await expect(client.send(lambda)).rejects.toMatchObject({ name: 'ValidationException' });
});

it('a release is scheduled once however often it is asked for, never before its second, and never in the past', async () => {
  const { client, file } = await start();
  const schedules = createReleaseSchedules(client, TARGET);
  const now = Date.parse('2026-11-22T03:00:00.000Z');
  await schedules.comeBack('usr_alice', now + 3_600_000 + 1, now);
  await schedules.comeBack('usr_alice', now + 3_600_000 + 1, now);
  await schedules.comeBack('usr_bob', now - 1, now);
  const kept = Object.values(JSON.parse(readFileSync(file, 'utf8'))) as {
    ScheduleExpression: string;
    Target: object;
  }[];
  expect(kept.map(({ ScheduleExpression }) => ScheduleExpression)).toEqual([
    'at(2026-11-22T04:00:01)',
    'at(2026-11-22T03:00:05)',
  ]);
  expect(kept[0]?.Target).toMatchObject({ Arn: TARGET.queueArn, Input: '{"recipientId":"usr_alice"}' });
});
