import { EventBridgeClient, ListRulesCommand, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { describe, expect, it, onTestFinished } from 'vitest';
import { matches, patternSchema } from '../../local/cloud/eventbridge/pattern.ts';
import { type RuleSpec, ruleSpec } from '../../local/cloud/eventbridge/rule.ts';
import { callService } from '../../local/cloud/services/aws-json.ts';
import { startEventBridge } from '../../local/cloud/services/eventbridge.ts';
import { ensureQueue, startSqs } from '../../local/cloud/services/sqs.ts';
import { localNames } from '../../local/cloud/template/names.ts';
import { createResolver } from '../../local/cloud/template/resolver.ts';
import { toStack } from '../../local/cloud/template/template.ts';
import { tempDir } from './helpers.ts';

const LAMBDA = 'arn:aws:lambda:us-east-1:000000000000:function:f';
const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:q';
const everything = (bus: string, ...targets: string[]): RuleSpec => ({
  bus,
  pattern: { source: [{ prefix: '' }] },
  targets,
});

async function running(rules: RuleSpec[], invoke: (event: unknown) => Promise<string> = async () => 'null') {
  const bridge = await startEventBridge();
  onTestFinished(() => bridge.stop());
  const connect = (sqsUrl = 'http://127.0.0.1:9') =>
    bridge.connect({ rules, buses: ['lifeline'], hosts: new Map([[LAMBDA, { invoke }]]), sqsUrl });
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new EventBridgeClient({ endpoint: bridge.url, region: 'us-east-1', credentials, maxAttempts: 1 });
  const put = (entry: object = {}) =>
    client.send(
      new PutEventsCommand({
        Entries: [{ EventBusName: 'lifeline', Source: 'lifeline', DetailType: 't', Detail: '{"a":1}', ...entry }],
      }),
    );
  return { bridge, connect, client, put };
}

describe('patterns', () => {
  it.each<[string, unknown, unknown, boolean]>([
    ['a value of the list', { source: ['a', 'b'] }, { source: 'b' }, true],
    ['another value', { source: ['a'] }, { source: 'ab' }, false],
    ['a field that is not there', { source: ['a'] }, {}, false],
    ['a field within', { detail: { tags: { x: ['1'] } } }, { detail: { tags: { x: ['2', '1'] } } }, true],
    ['every field has to match', { a: ['1'], b: ['1'] }, { a: '1', b: '2' }, false],
    ['a prefix', { a: [{ prefix: 'ab' }] }, { a: 'abc' }, true],
    ['no prefix', { a: [{ prefix: 'ab' }] }, { a: 'cab' }, false],
    ['a field that exists', { a: [{ exists: true }] }, { a: null }, true],
    ['a field that does not', { a: [{ exists: false }] }, { b: 1 }, true],
    ['a number is no text', { a: [1] }, { a: '1' }, false],
  ])('%s', (_, pattern, event, expected) => {
    expect(matches(patternSchema.parse(pattern), event)).toBe(expected);
  });

  it.each([{ a: [{ numeric: ['>', 1] }] }, { a: [{ 'anything-but': 'x' }] }, { a: 'not a list' }, { a: [] }])(
    '%j is refused and not ignored',
    (pattern) => {
      expect(patternSchema.safeParse(pattern).success).toBe(false);
    },
  );
});

it('a rule of a template is read with its bus and its queue, and one with a target of another kind is refused', () => {
  const rule = (target: object) => {
    const stack = toStack('S', {
      Resources: {
        Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'lifeline' } },
        Q: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'q' } },
        Rule: {
          Type: 'AWS::Events::Rule',
          Properties: {
            EventBusName: { Ref: 'Bus' },
            EventPattern: { source: ['lifeline'] },
            State: 'DISABLED',
            Targets: [{ Id: 'T', DeadLetterConfig: { Arn: 'x' }, ...target }],
          },
        },
      },
    });
    const resolve = createResolver([stack], localNames({ sqsUrl: '', issuer: '', clientIds: [] }));
    const resource = stack.resources.get('Rule');
    if (!resource) throw new Error('unreachable');
    return ruleSpec(resource, resolve);
  };
  const read = rule({ Arn: { 'Fn::GetAtt': ['Q', 'Arn'] } });
  expect(read).toEqual({ bus: 'lifeline', pattern: { source: ['lifeline'] }, targets: [QUEUE] });
  expect(() => rule({ Arn: 'arn:aws:sns:us-east-1:000000000000:t' })).toThrow(/only queues and functions/);
  expect(() => rule({ Arn: QUEUE, InputPath: '$.detail' })).toThrow(/InputPath/);
});

it('the real SDK puts an event on a bus, and it is in the queue when the call returns', async () => {
  const sqs = await startSqs(tempDir());
  onTestFinished(() => sqs.stop());
  await ensureQueue(sqs.url, { name: 'q', attributes: {} });
  const { connect, put } = await running([everything('lifeline', QUEUE), everything('default', QUEUE)]);
  connect(sqs.url);
  const time = new Date('2026-11-22T10:00:00Z');
  const answer = await put({ Time: time, Detail: '{"a":"Zoë 🚒"}' });
  expect(answer).toMatchObject({ FailedEntryCount: 0, Entries: [{ EventId: expect.any(String) }] });
  const url = `${sqs.url}/000000000000/q`;
  const receive = { QueueUrl: url, MaxNumberOfMessages: 10 };
  const { Messages = [] } = await callService<{ Messages?: { Body: string }[] }>(
    sqs.url,
    'AmazonSQS.ReceiveMessage',
    receive,
  );
  // Of one bus alone.
  expect(Messages.map(({ Body }) => JSON.parse(Body))).toEqual([
    {
      version: '0',
      id: expect.any(String),
      'detail-type': 't',
      source: 'lifeline',
      account: '000000000000',
      time: '2026-11-22T10:00:00Z',
      region: 'us-east-1',
      resources: [],
      detail: { a: 'Zoë 🚒' },
    },
  ]);
});

it('a target that fails is tried again, and when it goes on failing the entry is refused, which is news to whoever put it', async () => {
  let calls = 0;
  const { connect, put } = await running([everything('lifeline', LAMBDA)], async () => {
    calls += 1;
    if (calls === 1) throw new Error('once');
    return 'null';
  });
  connect();
  expect(await put()).toMatchObject({ FailedEntryCount: 0 });
  expect(calls).toBe(2);
  const broken = await running([everything('lifeline', QUEUE)]);
  broken.connect();
  expect(await broken.put()).toMatchObject({ FailedEntryCount: 1, Entries: [{ ErrorCode: 'InternalFailure' }] });
});

it('says what it is asked wrongly: a bus that is not there, a detail that is no object, an action it does not know', async () => {
  const { connect, put, client } = await running([]);
  await expect(put()).rejects.toThrow('still starting');
  connect();
  await expect(put({ EventBusName: 'other' })).rejects.toThrow('does not exist');
  expect(await put({ Detail: '[' })).toMatchObject({ Entries: [{ ErrorCode: 'MalformedDetail' }] });
  await expect(client.send(new ListRulesCommand({}))).rejects.toMatchObject({ name: 'UnknownOperationException' });
});

it('what a service tells the default bus is unheard before the run has started, and after it has stopped', async () => {
  const events: unknown[] = [];
  const { bridge, connect } = await running([everything('default', LAMBDA)], async (event) => {
    events.push(event);
    return 'null';
  });
  const event = { source: 'aws.ses' };
  expect(await bridge.deliver(event)).toBe('unheard');
  connect();
  expect(await bridge.deliver(event)).toBe('done');
  bridge.disconnect();
  expect(await bridge.deliver(event)).toBe('unheard');
  expect(events).toEqual([event]);
});

it('does not start with a rule that leads nowhere', async () => {
  const { bridge } = await running([]);
  const hosts = new Map();
  const start = (rule: RuleSpec) => bridge.connect({ rules: [rule], buses: ['lifeline'], hosts, sqsUrl: '' });
  expect(() => start(everything('lifeline', LAMBDA))).toThrow(/no template declares/);
  expect(() => start(everything('other', QUEUE))).toThrow(/no template declares/);
});
