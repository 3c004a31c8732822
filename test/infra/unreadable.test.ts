/**
 * Every function that takes messages from a queue, as it is deployed: its own entry with the environment of its template. What
 * the function cannot read it puts into the dead letters of its queue, instead of having it back 200 times.
 */
import { join } from 'node:path';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { type Json, type Resource, ROOT, synth } from './synth.ts';

const { ofType, target, functions, resourceOf } = synth();
const shortId = (resource: Resource | undefined) => resource?.id.replace(/[0-9A-F]{8}$/, '') ?? '';

/** Queues are known by their short names: `https://queue/Looks`. */
function textOf(value: Json, stack: string): string {
  if (typeof value === 'string') return value;
  const [separator, parts] = value['Fn::Join'] ?? [];
  if (parts) return parts.map((part: Json) => textOf(part, stack)).join(separator);
  const found = value.Ref || value['Fn::GetAtt'] || value['Fn::ImportValue'] ? target(value, stack) : undefined;
  return found?.type === 'AWS::SQS::Queue' ? `https://queue/${shortId(found)}` : 'something';
}

const consumers = functions.flatMap((fn) => {
  const own = resourceOf(fn);
  const queues = ofType('AWS::Lambda::EventSourceMapping')
    .filter(({ stack, properties }) => target(properties.FunctionName, stack)?.id === own.id)
    .map(({ stack, properties }) => target(properties.EventSourceArn, stack) as Resource);
  const letters = queues.map((queue) => {
    const { deadLetterTargetArn } = queue.properties.RedrivePolicy;
    return `https://queue/${shortId(target(deadLetterTargetArn, queue.stack))}`;
  });
  return queues.length > 0 ? [[fn.entry, { own, letters: [...new Set(letters)] }] as const] : [];
});

/** A message to the health check says nothing but that it is time. */
const SAYS_NOTHING = 'provider-health/health-check';
/** Takes the events of a rule, and drops those that tell of no mail of ours. */
const OF_OTHERS = 'receipts/ses-events';

const sent: { QueueUrl?: string | undefined; MessageBody?: string | undefined }[] = [];
const sqs = () => ({
  send: async (command: unknown) => {
    if (command instanceof SendMessageCommand) sent.push(command.input);
    return {};
  },
});
const nothing = () => ({
  send: async () => {
    throw new Error('nothing but the queue is asked');
  },
});

const before = { ...process.env };
vi.doMock('../../lambdas/composition/aws/clients.ts', () => ({
  sqs,
  dynamo: nothing,
  eventBridge: nothing,
  pinpointVoice: nothing,
  scheduler: nothing,
  secretsManager: nothing,
  sesv2: nothing,
  sfn: nothing,
  sns: nothing,
  snsTopics: nothing,
}));
afterAll(() => {
  process.env = before;
});

describe('a message that is none of ours', () => {
  it('can come to these functions', () => {
    const entries = consumers.map(([entry]) => entry);
    expect(entries).toEqual(expect.arrayContaining(['delivery/sms-worker', SAYS_NOTHING, OF_OTHERS]));
    expect(entries.length).toBeGreaterThan(15);
  });

  describe.each(consumers.filter(([entry]) => entry !== SAYS_NOTHING))('%s', (entry, { own, letters }) => {
    it.each(['{', 'null', '[]', '{}', '7', '"text"'])(
      'is done with it at once and keeps it where its dead letters are: %j',
      async (body) => {
        const variables = Object.entries<Json>(own.properties.Environment?.Variables ?? {});
        const given = variables.map(([name, value]) => [name, textOf(value, own.stack)]);
        process.env = { ...before, POWERTOOLS_LOG_LEVEL: 'SILENT', ...Object.fromEntries(given) };
        const { handler } = (await import(join(ROOT, `lambdas/${entry}.lambda.ts`))) as {
          handler: (event: SQSEvent, context: Context) => Promise<SQSBatchResponse>;
        };
        sent.length = 0;
        const record = { messageId: 'm', receiptHandle: 'r', body, attributes: { ApproximateReceiveCount: '1' } };
        const event = { Records: [{ ...record, messageAttributes: {}, eventSourceARN: 'arn:aws:sqs:x' }] };
        const context = { awsRequestId: 'test' };
        const { batchItemFailures } = await handler(event as unknown as SQSEvent, context as Context);
        expect(batchItemFailures).toEqual([]);
        if (entry === OF_OTHERS) return expect(sent).toEqual([]);
        expect(sent.map(({ QueueUrl }) => QueueUrl)).toEqual(letters);
        expect([body, JSON.stringify({ unreadable: body })]).toContain(sent[0]?.MessageBody);
      },
    );
  });
});
