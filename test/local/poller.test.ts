import type { SQSEvent } from 'aws-lambda';
import { expect, it, onTestFinished } from 'vitest';
import { dealtWith, type MappingSpec, type Message } from '../../local/cloud/lambda/mapping.ts';
import { startPoller } from '../../local/cloud/lambda/poller.ts';
import { callService } from '../../local/cloud/services/aws-json.ts';
import { ensureQueue, startSqs } from '../../local/cloud/services/sqs.ts';
import { tempDir, until } from './helpers.ts';

const MAPPING: MappingSpec = {
  queueArn: 'arn:aws:sqs:us-east-1:000000000000:work',
  queueName: 'work',
  functionName: 'fn',
  batchSize: 10,
  concurrency: 1,
  reportsItemFailures: true,
};

/** A queue with a dead-letter queue, and a function played by the test. */
async function setup(handle: (event: SQSEvent) => unknown, over: Partial<MappingSpec> = {}, visibilitySeconds = 1) {
  const sqs = await startSqs(tempDir());
  const url = (name: string) => `${sqs.url}/000000000000/${name}`;
  const deadLetterTargetArn = 'arn:aws:sqs:us-east-1:000000000000:dead';
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 2 });
  await ensureQueue(sqs.url, { name: 'dead', attributes: {} });
  await ensureQueue(sqs.url, {
    name: 'work',
    attributes: { VisibilityTimeout: String(visibilitySeconds), RedrivePolicy },
  });
  const batches: SQSEvent['Records'][] = [];
  const invoke = async (event: unknown) => {
    batches.push((event as SQSEvent).Records);
    return handle(event as SQSEvent);
  };
  const poll = () => {
    const poller = startPoller({ ...MAPPING, ...over }, sqs.url, { invoke });
    onTestFinished(() => poller.stop());
    return poller;
  };
  onTestFinished(() => sqs.stop());
  const count = async (name: string) => {
    const AttributeNames = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'];
    const input = { QueueUrl: url(name), AttributeNames };
    const { Attributes } = await callService<{ Attributes: Record<string, string> }>(
      sqs.url,
      'AmazonSQS.GetQueueAttributes',
      input,
    );
    return Object.values(Attributes).reduce((sum, value) => sum + Number(value), 0);
  };
  return {
    batches,
    poll,
    count,
    send: (MessageBody: string, more = {}) =>
      callService(sqs.url, 'AmazonSQS.SendMessage', { QueueUrl: url('work'), MessageBody, ...more }),
    bodies: () => batches.map((records) => records.map(({ body }) => body).sort()),
  };
}

const failing = (event: SQSEvent, body: string) => ({
  batchItemFailures: event.Records.filter((record) => record.body === body).map((r) => ({
    itemIdentifier: r.messageId,
  })),
});

it('only the reported message of a batch comes back, and then goes to the dead-letter queue; its neighbours are done', async () => {
  const { send, poll, bodies, count } = await setup((event) => failing(event, 'bad'));
  for (const body of ['good', 'bad', 'fine']) await send(body);
  poll();
  await until('the dead-letter queue has it', async () => (await count('dead')) === 1);
  expect(bodies()).toEqual([['bad', 'fine', 'good'], ['bad']]);
  expect(await count('work')).toBe(0);
});

it('a handler that throws fails the whole batch', async () => {
  const { send, poll, bodies } = await setup((event) => {
    if (event.Records[0]?.attributes.ApproximateReceiveCount === '1') throw new Error('no');
    return null;
  });
  for (const body of ['a', 'b']) await send(body);
  poll();
  await until('both came back', () => bodies().flat().length === 4);
  // Each is visible again a second after it was taken, which may be one millisecond apart: then they come one by one.
  expect([bodies()[0], bodies().slice(1).flat().sort()]).toEqual([
    ['a', 'b'],
    ['a', 'b'],
  ]);
});

it('without ReportBatchItemFailures a partial response is no failure', async () => {
  const { send, poll, bodies, count } = await setup((event) => failing(event, 'bad'), { reportsItemFailures: false });
  await send('bad');
  poll();
  await until('it is deleted', async () => bodies().length === 1 && (await count('work')) === 0);
});

it('a record has the shape Lambda gives it', async () => {
  const { send, poll, batches } = await setup(() => null);
  const MessageAttributes = { kind: { DataType: 'String', StringValue: 'x' } };
  await send('{}', { MessageAttributes });
  poll();
  await until('it arrives', () => batches.length === 1);
  expect(batches[0]?.[0]).toEqual({
    messageId: expect.any(String),
    receiptHandle: expect.any(String),
    body: '{}',
    attributes: {
      ApproximateReceiveCount: '1',
      SentTimestamp: expect.stringMatching(/^\d+$/),
      ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d+$/),
      SenderId: expect.any(String),
    },
    messageAttributes: { kind: { stringValue: 'x', stringListValues: [], binaryListValues: [], dataType: 'String' } },
    md5OfBody: '99914b932bd37a50b983c5e7c90ae93b',
    md5OfMessageAttributes: expect.any(String),
    eventSource: 'aws:sqs',
    eventSourceARN: MAPPING.queueArn,
    awsRegion: 'us-east-1',
  });
});

it('no more batches run at once than the mapping allows', async () => {
  let running = 0;
  let most = 0;
  const { promise: two, resolve: seen } = Promise.withResolvers<void>();
  const { send, poll, batches } = await setup(
    async () => {
      most = Math.max(most, ++running);
      if (running === 2) seen();
      // The first waits for the second, however long that takes; both leave time for a third.
      await two;
      await new Promise((done) => setTimeout(done, 50));
      running--;
    },
    { batchSize: 1, concurrency: 2 },
    60,
  );
  for (const body of ['a', 'b', 'c', 'd', 'e']) await send(body);
  poll();
  await until('all are done', () => batches.length === 5 && running === 0);
  expect(most).toBe(2);
});

it('stopping waits for the batch in flight and deletes it', async () => {
  let finish: (() => void) | undefined;
  const { send, poll, count } = await setup(
    () =>
      new Promise<void>((done) => {
        finish = done;
      }),
    {},
    30,
  );
  await send('a');
  const poller = poll();
  const end = await until('it is in flight', () => finish);
  const stopped = poller.stop();
  end();
  await stopped;
  expect(await count('work')).toBe(0);
});

it('messages and delays survive a restart of the queue on the same folder', async () => {
  const dir = tempDir();
  const first = await startSqs(dir);
  await ensureQueue(first.url, { name: 'work', attributes: { VisibilityTimeout: '1' } });
  const send = (url: string, MessageBody: string, DelaySeconds: number) =>
    callService(url, 'AmazonSQS.SendMessage', { QueueUrl: `${url}/000000000000/work`, MessageBody, DelaySeconds });
  await send(first.url, 'now', 0);
  await send(first.url, 'later', 0.4);
  await first.stop();
  const second = await startSqs(dir);
  onTestFinished(() => second.stop());
  await ensureQueue(second.url, { name: 'work', attributes: { VisibilityTimeout: '30' } });
  const got: string[] = [];
  await until('both arrive', async () => {
    const input = { QueueUrl: `${second.url}/000000000000/work`, WaitTimeSeconds: 1 };
    const { Messages } = await callService<{ Messages?: Message[] }>(second.url, 'AmazonSQS.ReceiveMessage', input);
    got.push(...(Messages ?? []).map(({ Body }) => Body));
    return got.length === 2;
  });
  expect(got).toEqual(['now', 'later']);
});

const MESSAGES = ['1', '2'].map((MessageId) => ({ MessageId, ReceiptHandle: '', Body: '', MD5OfBody: '' }));
it.each([
  [null, ['1', '2']],
  [{}, ['1', '2']],
  [{ batchItemFailures: [] }, ['1', '2']],
  [{ batchItemFailures: [{ itemIdentifier: '2' }] }, ['1']],
  [{ batchItemFailures: [{ itemIdentifier: 'of no message' }] }, []],
  [{ batchItemFailures: [{ itemIdentifier: '' }] }, []],
  [{ batchItemFailures: [{ wrongKey: '2' }] }, []],
  [{ batchItemFailures: 'all' }, []],
])('after the response %j the messages %j are deleted', (response, ids) => {
  expect(dealtWith(MESSAGES, response).map(({ MessageId }) => MessageId)).toEqual(ids);
});
