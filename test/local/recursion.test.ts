/** Recursive-loop detection in the local run, with the SDK of a real bundle: as AWS Lambda's developer guide describes it. */
import { join } from 'node:path';
import { ReceiveMessageCommand, SendMessageBatchCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { build } from 'esbuild';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { FunctionHost } from '../../local/cloud/lambda/function-host.ts';
import { enter, lineageName, MAX_RUNS, merge, runsSoFar } from '../../local/cloud/lambda/lineage.ts';
import { startPoller } from '../../local/cloud/lambda/poller.ts';
import { callService } from '../../local/cloud/services/aws-json.ts';
import { ensureQueue, startSqs } from '../../local/cloud/services/sqs.ts';
import { bundle, memoryLog, tempDir, until } from './helpers.ts';

const ARN = 'arn:aws:lambda:us-east-1:000000000000:function:';
const HEADER = `Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=0;Lineage=a87bd80c:1|68fd508a:5`;

describe('the lineage in a trace header', () => {
  it('counts each function for itself, over any number of runs, and keeps the chain’s root', () => {
    let header: string | undefined = HEADER;
    for (let run = 1; run <= 20; run++) {
      header = enter(header, `${ARN}a`);
      if (run % 2 === 0) header = enter(header, `${ARN}b`);
    }
    expect([runsSoFar(header, `${ARN}a`), runsSoFar(header, `${ARN}b`), runsSoFar(header, `${ARN}c`)]).toEqual([
      20, 10, 0,
    ]);
    expect(header).toContain('Root=1-5759e988-bd862e3fe1be46a994272793;');
    expect(header).toContain('a87bd80c:1|68fd508a:5');
  });

  it.each([undefined, '', 'garbage', 'Root=1-a-b', 'Root=1-a-b;Lineage=', 'Root=1-a-b;Lineage=x:y|:|1'])(
    'begins at none with the header %j',
    (header) => {
      expect(runsSoFar(header, `${ARN}a`)).toBe(0);
      expect(enter(header, `${ARN}a`)).toMatch(new RegExp(`^Root=1-.+;Sampled=0;Lineage=${lineageName(`${ARN}a`)}:1$`));
    },
  );

  it('the lineage of a batch is that of the message which has most runs behind it, for each function', () => {
    const [once, twice] = [enter(undefined, `${ARN}a`), enter(enter(undefined, `${ARN}b`), `${ARN}b`)];
    const merged = merge([undefined, once, twice]);
    expect([runsSoFar(merged, `${ARN}a`), runsSoFar(merged, `${ARN}b`)]).toEqual([1, 2]);
    expect(merge([undefined, undefined])).toBeUndefined();
  });
});

async function queues() {
  const dir = tempDir();
  const sqs = await startSqs(dir);
  let stop = () => sqs.stop();
  onTestFinished(() => stop());
  const RedrivePolicy = JSON.stringify({
    deadLetterTargetArn: 'arn:aws:sqs:us-east-1:000000000000:dead',
    maxReceiveCount: 2,
  });
  await ensureQueue(sqs.url, { name: 'dead', attributes: {} });
  await ensureQueue(sqs.url, { name: 'work', attributes: { VisibilityTimeout: '1', RedrivePolicy } });
  const clientOf = (endpoint: string) =>
    new SQSClient({ endpoint, region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } });
  return {
    url: sqs.url,
    client: clientOf(sqs.url),
    of: (name: string) => `${sqs.url}/000000000000/${name}`,
    async restart() {
      await sqs.stop();
      const again = await startSqs(dir);
      stop = () => again.stop();
      return { client: clientOf(again.url), of: (name: string) => `${again.url}/000000000000/${name}` };
    },
  };
}

describe('SQS', () => {
  const all = { MessageSystemAttributeNames: ['All' as const], WaitTimeSeconds: 1 };
  const traced = (client: SQSClient) => {
    client.middlewareStack.add(
      (next) => (args) => {
        (args.request as { headers: Record<string, string> }).headers['X-Amzn-Trace-Id'] = HEADER;
        return next(args);
      },
      { step: 'build' },
    );
    return client;
  };

  it('keeps the trace header of whoever sends, and shows it to whoever asks for it and to nobody else', async () => {
    const { client, of } = await queues();
    const QueueUrl = of('dead');
    const reason = { reason: { DataType: 'String', StringValue: 'x' } };
    await traced(client).send(new SendMessageCommand({ QueueUrl, MessageBody: 'one', MessageAttributes: reason }));
    await client.send(new SendMessageBatchCommand({ QueueUrl, Entries: [{ Id: '1', MessageBody: 'two' }] }));
    const receive = async (names: object) =>
      (await client.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1, ...names }))).Messages?.[0];
    const first = await receive({ ...all, MessageAttributeNames: ['reason'] });
    expect(first?.Attributes).toMatchObject({ AWSTraceHeader: HEADER, ApproximateReceiveCount: '1' });
    expect(Object.keys(first?.MessageAttributes ?? {})).toEqual(['reason']);
    const second = await receive({ AttributeNames: ['ApproximateReceiveCount'], MessageAttributeNames: ['All'] });
    expect(second?.Body).toBe('two');
    expect(second?.Attributes).toEqual({ ApproximateReceiveCount: '1' });
    expect(second?.MessageAttributes).toBeUndefined();
  });

  it('keeps it over a restart', async () => {
    const { client, of, restart } = await queues();
    await traced(client).send(new SendMessageCommand({ QueueUrl: of('dead'), MessageBody: 'one' }));
    const again = await restart();
    const { Messages } = await again.client.send(new ReceiveMessageCommand({ QueueUrl: again.of('dead'), ...all }));
    expect(Messages?.[0]?.Attributes?.AWSTraceHeader).toBe(HEADER);
  });

  it('takes messages without one, and gives none back', async () => {
    const { client, of } = await queues();
    await client.send(new SendMessageCommand({ QueueUrl: of('dead'), MessageBody: 'one' }));
    const { Messages } = await client.send(new ReceiveMessageCommand({ QueueUrl: of('dead'), ...all }));
    expect(Messages?.[0]?.Attributes).not.toHaveProperty('AWSTraceHeader');
  });
});

describe('a function that sends on to its own queue', () => {
  let source = '';
  beforeAll(async () => {
    // Its SDK is the one that bundles carry: it has to send the header by itself.
    const contents = `
      import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
      const sqs = new SQSClient({});
      export const handler = async ({ Records }) => {
        for (const { body } of Records) {
          console.log('run', body);
          const next = String(Number(body) + 1);
          if (body !== '30') await sqs.send(new SendMessageCommand({ QueueUrl: process.env.QUEUE_URL, MessageBody: next }));
        }
      };`;
    const { outputFiles } = await build({
      stdin: { contents, resolveDir: join(import.meta.dirname, '../..') },
      bundle: true,
      write: false,
      platform: 'node',
      format: 'cjs',
      mainFields: ['module', 'main'],
    });
    source = outputFiles?.[0]?.text ?? '';
  });

  async function loop(mayLoop: boolean) {
    const { url, of } = await queues();
    const environment = {
      QUEUE_URL: of('work'),
      AWS_ENDPOINT_URL_SQS: url,
      AWS_REGION: 'us-east-1',
      AWS_LAMBDA_FUNCTION_NAME: 'fn',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
    };
    const [log, said] = [memoryLog(), [] as string[]];
    const host = new FunctionHost(
      bundle(source, { environment, mayLoop }),
      1,
      log.stream,
      (line) => void said.push(line),
    );
    onTestFinished(() => host.stop());
    const mapping = { queueArn: 'arn:aws:sqs:us-east-1:000000000000:work', queueName: 'work', functionName: 'fn' };
    const poller = startPoller({ ...mapping, batchSize: 10, concurrency: 1, reportsItemFailures: false }, url, host);
    onTestFinished(() => poller.stop());
    await callService(url, 'AmazonSQS.SendMessage', { QueueUrl: of('work'), MessageBody: '1' });
    const letters = async () => {
      const AttributeNames = ['ApproximateNumberOfMessages'];
      const asked = { QueueUrl: of('dead'), AttributeNames };
      const { Attributes } = await callService<{ Attributes: Record<string, string> }>(
        url,
        'AmazonSQS.GetQueueAttributes',
        asked,
      );
      return Number(Attributes.ApproximateNumberOfMessages);
    };
    return { runs: () => [...log.text().matchAll(/^run (\d+)$/gm)].map(([, n]) => Number(n)), log, said, letters };
  }

  it('a function that sends on to its own queue is run 16 times in one chain; the 17th run is refused, comes back, and ends in the dead letters', async () => {
    const { runs, log, said, letters } = await loop(false);
    await until('SQS has given the message up', async () => (await letters()) === 1);
    expect(runs()).toEqual(Array.from({ length: MAX_RUNS }, (_, i) => i + 1));
    expect([...log.text().matchAll(/^RecursiveInvocationException: fn was not run/gm)]).toHaveLength(2);
    expect(said).toEqual([expect.stringContaining('fn was not run: it has run 16 times in this chain')]);
  });

  it('goes on where its template allows it', async () => {
    const { runs, said, letters } = await loop(true);
    await until('the last run', () => runs().includes(30));
    expect(runs()).toHaveLength(30);
    expect([said, await letters()]).toEqual([[], 0]);
  });
});
