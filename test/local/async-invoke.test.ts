import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { type AsyncConfigSpec, asyncConfigSpec, createAsyncInvoker } from '../../local/cloud/lambda/async-invoke.ts';
import { FunctionError } from '../../local/cloud/lambda/protocol.ts';
import { localNames } from '../../local/cloud/template/names.ts';
import { createResolver } from '../../local/cloud/template/resolver.ts';
import { toStack } from '../../local/cloud/template/template.ts';
import { until } from './helpers.ts';

const ARN = 'arn:aws:lambda:us-east-1:000000000000:function:Data-Reader';
const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:Data-Failures';

/** An SQS endpoint that keeps the messages it is sent. */
async function startQueue(status = 200) {
  const sent: { QueueUrl: string; MessageBody: string }[] = [];
  const server = createServer(async (req, res) => {
    const chunks: Buffer[] = [];
    for await (const chunk of req) chunks.push(chunk as Buffer);
    sent.push(JSON.parse(Buffer.concat(chunks).toString()));
    res.writeHead(status).end('{}');
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => void server.close());
  return { sent, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** An invoker over one function that fails as often as it is told to, or always. */
function invoker(failures: number, config: Partial<AsyncConfigSpec> | undefined, { sqsUrl = '', speed = 6_000 } = {}) {
  const events: unknown[] = [];
  const host = {
    spec: { name: 'Data-Reader' },
    async invoke(event: unknown) {
      events.push(event);
      if (events.length <= failures) throw new FunctionError({ errorType: 'Error', errorMessage: 'no table' });
      return null;
    },
  };
  const configs = config ? [{ functionName: 'Data-Reader', retries: 0, failuresTo: undefined, ...config }] : [];
  const lambda = createAsyncInvoker({ configs, hosts: new Map([[ARN, host]]), sqsUrl, speed });
  return { events, lambda };
}

it('an event is repeated twice, after one and two minutes, where the template says nothing of it', async () => {
  const { events, lambda } = invoker(2, undefined);
  const started = performance.now();
  expect(await lambda.invoke(ARN, { a: 1 })).toBe('succeeded');
  expect(events).toEqual([{ a: 1 }, { a: 1 }, { a: 1 }]);
  expect(performance.now() - started).toBeGreaterThanOrEqual(28);
});

it('an event is dropped after its last repetition where no failure destination is declared', async () => {
  const { events, lambda } = invoker(9, undefined);
  expect(await lambda.invoke(ARN, {})).toBe('dropped');
  expect(events).toHaveLength(3);
});

it('an event of a function that asks for no repetition is invoked once', async () => {
  const { events, lambda } = invoker(9, { retries: 0 });
  expect(await lambda.invoke(ARN, {})).toBe('dropped');
  expect(events).toHaveLength(1);
});

it('an event that failed is put into the failure destination, as Lambda writes it', async () => {
  const { sent, url } = await startQueue();
  const { lambda } = invoker(9, { failuresTo: QUEUE }, { sqsUrl: url });
  expect(await lambda.invoke(ARN, { awslogs: { data: 'x' } })).toBe('kept');
  expect(sent.map(({ QueueUrl }) => QueueUrl)).toEqual([`${url}/000000000000/Data-Failures`]);
  expect(JSON.parse(sent[0]?.MessageBody ?? '')).toMatchObject({
    requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 1 },
    requestPayload: { awslogs: { data: 'x' } },
    responsePayload: { errorType: 'Error', errorMessage: 'no table' },
  });
});

it('an event is dropped when the failure destination does not take it', async () => {
  const { url } = await startQueue(500);
  const { lambda } = invoker(9, { failuresTo: QUEUE }, { sqsUrl: url });
  expect(await lambda.invoke(ARN, {})).toBe('dropped');
});

it('an event that waits for its repetition when the run ends is reported as stopped at once', async () => {
  const { events, lambda } = invoker(9, undefined, { speed: 1 });
  const outcome = lambda.invoke(ARN, {});
  await until('it was invoked', () => events.length === 1);
  lambda.stop();
  expect(await outcome).toBe('stopped');
  expect(events).toHaveLength(1);
});

it('a function that no template declares is refused by its ARN', async () => {
  const { lambda } = invoker(0, undefined);
  expect([lambda.knows(ARN), lambda.knows('arn:other')]).toEqual([true, false]);
  await expect(lambda.invoke('arn:other', {})).rejects.toThrow('no template declares arn:other');
});

function read(properties: object): AsyncConfigSpec {
  const stack = toStack('Data', {
    Resources: {
      Reader: { Type: 'AWS::Lambda::Function' },
      Failures: { Type: 'AWS::SQS::Queue' },
      Config: {
        Type: 'AWS::Lambda::EventInvokeConfig',
        Properties: { FunctionName: { Ref: 'Reader' }, Qualifier: '$LATEST', ...properties },
      },
    },
  });
  const resource = stack.resources.get('Config');
  if (!resource) throw new Error('there is no Config');
  const names = localNames({ sqsUrl: 'http://127.0.0.1:1', issuer: 'http://127.0.0.1:2', clientIds: [] });
  return asyncConfigSpec(resource, createResolver([stack], names));
}

it('the settings of a template name its function, its repetitions and its failure destination', () => {
  const OnFailure = { Destination: { 'Fn::GetAtt': ['Failures', 'Arn'] } };
  expect(read({ MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60, DestinationConfig: { OnFailure } })).toEqual({
    functionName: 'Data-Reader',
    retries: 0,
    failuresTo: QUEUE,
  });
  expect(read({})).toMatchObject({ retries: 2, failuresTo: undefined });
});

it.each([
  ['a destination for successes', { DestinationConfig: { OnSuccess: { Destination: QUEUE } } }, /DestinationConfig/],
  ['a topic as destination', { DestinationConfig: { OnFailure: { Destination: 'arn:aws:sns:a:b:c' } } }, /Destination/],
  ['the settings of a version', { Qualifier: '1' }, /Qualifier/],
])('a template with %s is refused', (_, properties, message) => {
  expect(() => read(properties)).toThrow(message);
});
