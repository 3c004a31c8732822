import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readDeclared } from '../../local/cloud/declared.ts';
import type { AsyncOutcome } from '../../local/cloud/lambda/async-invoke.ts';
import { createLogRouter, type SubscriptionSpec } from '../../local/cloud/subscriptions.ts';
import { toStack } from '../../local/cloud/template/template.ts';

const ARN = 'arn:aws:lambda:us-east-1:000000000000:function:Data-Reader';
const GROUP = 'sns/us-east-1/000000000000/DirectPublishToPhoneNumber';
const spec: SubscriptionSpec = { logGroup: GROUP, functionArn: ARN, filter: 'Data-Filter' };

const name = ['sns/', { Ref: 'AWS::Region' }, '/', { Ref: 'AWS::AccountId' }, '/DirectPublishToPhoneNumber'];
const functionOf = (credentials?: Record<string, string>) => {
  const Reader = {
    Type: 'AWS::Lambda::Function',
    Properties: { Handler: 'index.handler', Runtime: 'nodejs24.x' },
    Metadata: { 'aws:asset:path': 'asset' },
  };
  return {
    resources: { Reader },
    urls: {
      dynamodb: '',
      sqs: '',
      secrets: '',
      sfn: '',
      scheduler: '',
      eventbridge: '',
      sns: 'http://sns',
      voice: '',
      ses: '',
      ...(credentials && { credentials }),
    },
  };
};
function read(more: object, credentials?: Record<string, string>) {
  const { resources, urls } = functionOf(credentials);
  const api = {
    Api: { Type: 'AWS::ApiGateway::RestApi' },
    Stage: { Type: 'AWS::ApiGateway::Stage', Properties: { StageName: 'api', RestApiId: { Ref: 'Api' } } },
  };
  const stack = toStack('Data', { Resources: { ...api, ...resources, ...more } });
  return readDeclared([stack], { assemblyDir: '/a', urls, issuer: 'http://127.0.0.1:2/issuer', overrides: {} });
}
const filter = (more: object) => ({
  Filter: {
    Type: 'AWS::Logs::SubscriptionFilter',
    Properties: { DestinationArn: { 'Fn::GetAtt': ['Reader', 'Arn'] }, FilterPattern: '', ...more },
  },
});

describe('a subscription', () => {
  const Log = { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: { 'Fn::Join': ['', name] } } };

  it('a subscription is known by the name its log group has in AWS, declared here or by others', () => {
    const own = read({ Log, ...filter({ LogGroupName: { Ref: 'Log' } }) });
    const others = read(filter({ LogGroupName: { 'Fn::Join': ['', name] } }));
    expect([own.subscriptions, others.subscriptions]).toEqual([[spec], [spec]]);
  });

  it('a subscription is refused with a pattern, which would have to be obeyed', () => {
    expect(() => read({ Log, ...filter({ LogGroupName: { Ref: 'Log' }, FilterPattern: 'ERROR' }) })).toThrow(
      /FilterPattern/,
    );
  });
});

describe('a line of a log', () => {
  const lambda = (take: (event: unknown) => Promise<AsyncOutcome>) => ({
    knows: (arn: string) => arn === ARN,
    invoke: (_arn: string, event: unknown) => take(event),
  });
  const accepts = async () => 'succeeded' as const;

  it('reaches the function that subscribes, as CloudWatch would hand it over', async () => {
    const router = createLogRouter();
    const events: { awslogs: { data: string } }[] = [];
    router.connect(
      [spec],
      lambda(async (event) => {
        events.push(event as (typeof events)[number]);
        return 'succeeded';
      }),
    );
    expect(await router.deliver(GROUP, '{"a":1}')).toBe('done');
    const [event] = events;
    expect(JSON.parse(gunzipSync(Buffer.from(event?.awslogs.data ?? '', 'base64')).toString())).toMatchObject({
      messageType: 'DATA_MESSAGE',
      owner: '000000000000',
      logGroup: GROUP,
      subscriptionFilters: ['Data-Filter'],
      logEvents: [{ id: expect.any(String), timestamp: expect.any(Number), message: '{"a":1}' }],
    });
  });

  it('that nobody subscribes to is done with', async () => {
    const router = createLogRouter();
    router.connect(
      [spec],
      lambda(async () => Promise.reject(new Error('not its log'))),
    );
    expect(await router.deliver(`${GROUP}/Failure`, '{}')).toBe('done');
  });

  it('waits until functions are there, and again when they are going', async () => {
    const router = createLogRouter();
    expect(await router.deliver(GROUP, '{}')).toBe('unheard');
    router.connect([spec], lambda(accepts));
    router.disconnect();
    expect(await router.deliver(GROUP, '{}')).toBe('unheard');
  });

  it.each([
    ['succeeded', 'done'],
    ['kept', 'done'],
    ['dropped', 'done'],
    ['stopped', 'unheard'],
  ] as const)('whose invocation ends %s is %s', async (outcome, delivered) => {
    const router = createLogRouter();
    router.connect(
      [spec],
      lambda(async () => outcome),
    );
    expect(await router.deliver(GROUP, '{}')).toBe(delivered);
  });

  it('cannot be meant for a function that no template declares', () => {
    const none = { knows: () => false, invoke: async () => 'succeeded' as const };
    expect(() => createLogRouter().connect([spec], none)).toThrow(/no template declares/);
  });
});

describe('what a function sees of SNS', () => {
  it('a function sees of SNS the address it is given, and made-up credentials', () => {
    const [fn] = read({}).functions;
    expect(fn?.environment).toMatchObject({ AWS_ENDPOINT_URL_SNS: 'http://sns', AWS_ACCESS_KEY_ID: 'local' });
  });

  it('a function sees real credentials and their region where SNS is real', () => {
    const own = { AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: 's' };
    expect(read({}, own).functions[0]?.environment).toMatchObject(own);
  });
});
