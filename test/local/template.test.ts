import { describe, expect, it } from 'vitest';
import { readDeclared } from '../../local/cloud/declared.ts';
import { localNames } from '../../local/cloud/template/names.ts';
import { createResolver } from '../../local/cloud/template/resolver.ts';
import { type Stack, toStack } from '../../local/cloud/template/template.ts';

const names = localNames({ sqsUrl: 'http://127.0.0.1:1', issuer: 'http://127.0.0.1:2/issuer', clientIds: ['a', 'b'] });
const surroundings = {
  assemblyDir: '/assembly',
  urls: {
    dynamodb: '',
    sqs: 'http://127.0.0.1:1',
    secrets: '',
    sfn: '',
    scheduler: '',
    eventbridge: '',
    sns: '',
    voice: '',
    ses: '',
  },
  issuer: 'http://127.0.0.1:2/issuer',
  overrides: { PUBLIC_BASE_URL: 'http://local', TIME_SCALE: '5' },
};
const api = {
  Api: { Type: 'AWS::ApiGateway::RestApi' },
  Stage: { Type: 'AWS::ApiGateway::Stage', Properties: { StageName: 'api', RestApiId: { Ref: 'Api' } } },
};
const read = (resources: object) =>
  readDeclared([toStack('Data', { Resources: { ...api, ...resources } })], surroundings);

/** What `value` evaluates to inside a stack that has a queue, a pool and a client; `other` stacks may export. */
function evaluate(value: unknown, ...other: Stack[]): unknown {
  const stack = toStack('Data', {
    Parameters: { Plain: { Default: 'yes' }, Asked: {} },
    Resources: {
      Queue: { Type: 'AWS::SQS::Queue' },
      Pool: { Type: 'AWS::Cognito::UserPool' },
      Client: { Type: 'AWS::Cognito::UserPoolClient' },
      Alarm: { Type: 'AWS::CloudWatch::Alarm' },
      Subject: { Type: 'AWS::Lambda::Function', Properties: { value } },
    },
  });
  const subject = stack.resources.get('Subject');
  if (!subject) throw new Error('no subject');
  return createResolver([stack, ...other], names)(subject).value;
}

it('a secret with a template around its generated part is filled by the settings, any other at random', () => {
  const secret = (GenerateSecretString: object) => ({
    Type: 'AWS::SecretsManager::Secret',
    Properties: { GenerateSecretString },
  });
  const { secrets } = read({
    Filled: secret({ SecretStringTemplate: '{}', GenerateStringKey: 'x' }),
    Random: secret({ PasswordLength: 64 }),
  });
  expect(secrets.map(({ isGenerated }) => isGenerated)).toEqual([false, true]);
});

describe('a template that holds more than the local run knows is refused by the name of the resource', () => {
  it.each([
    [
      'an unknown type',
      { Stream: { Type: 'AWS::Kinesis::Stream' } },
      /Data\/Stream \(AWS::Kinesis::Stream\).*does not know this resource type/,
    ],
    [
      'an unknown property',
      { Queue: { Type: 'AWS::SQS::Queue', Properties: { FifoQueue: true } } },
      /Data\/Queue .*FifoQueue/,
    ],
    [
      'a stream, which dynalite has not',
      {
        Table: {
          Type: 'AWS::DynamoDB::GlobalTable',
          Properties: {
            KeySchema: [],
            AttributeDefinitions: [],
            BillingMode: 'PAY_PER_REQUEST',
            StreamSpecification: {},
          },
        },
      },
      /Data\/Table .*StreamSpecification/,
    ],
    [
      'a conditional resource',
      { Queue: { Type: 'AWS::SQS::Queue', Condition: 'Maybe' } },
      /Data\/Queue .*no conditions \(Maybe\)/,
    ],
    ['a second API', { Another: { Type: 'AWS::ApiGateway::RestApi' } }, /Data\/Another .*one REST API/],
    [
      'another integration than a Lambda proxy',
      {
        Mock: {
          Type: 'AWS::ApiGateway::Method',
          Properties: {
            HttpMethod: 'GET',
            ResourceId: 'x',
            RestApiId: 'x',
            AuthorizationType: 'NONE',
            Integration: { Type: 'MOCK' },
          },
        },
      },
      /Data\/Mock .*Integration/,
    ],
  ])('%s', (_, resources, message) => {
    expect(() => read(resources)).toThrow(message);
  });

  it('a resource that is ignored with a reason is not refused', () => {
    expect(read({ Role: { Type: 'AWS::IAM::Role', Properties: { Whatever: 1 } } }).queues).toEqual([]);
  });
});

describe('an intrinsic that is not evaluated exactly is refused, never passed on', () => {
  it.each([
    [{ 'Fn::If': ['Maybe', 'a', 'b'] }, /Data\/Subject .*does not know the intrinsic Fn::If/],
    [{ 'Fn::Cidr': [] }, /Fn::Cidr/],
    [{ Ref: 'Nobody' }, /refers to Nobody/],
    [{ Ref: 'Asked' }, /parameter Asked has no default/],
    [{ Ref: 'Alarm' }, /no name for Data\/Alarm/],
    [{ 'Fn::GetAtt': ['Queue', 'Colour'] }, /no Colour of Data\/Queue/],
    [{ 'Fn::ImportValue': 'nowhere' }, /no stack exports nowhere/],
    ['{{resolve:ssm:/x}}', /dynamic references/],
  ])('%j', (value, message) => {
    expect(() => evaluate(value)).toThrow(message);
  });
});

it.each([
  [{ Ref: 'Queue' }, 'http://127.0.0.1:1/000000000000/Data-Queue'],
  [{ 'Fn::GetAtt': ['Queue', 'Arn'] }, 'arn:aws:sqs:us-east-1:000000000000:Data-Queue'],
  [{ 'Fn::GetAtt': ['Pool', 'ProviderURL'] }, 'http://127.0.0.1:2/issuer'],
  [{ Ref: 'Client' }, 'a,b'],
  [{ Ref: 'Plain' }, 'yes'],
  [{ 'Fn::Join': ['/', [{ Ref: 'AWS::Region' }, 'x']] }, 'us-east-1/x'],
  [{ 'Fn::Select': [1, { 'Fn::Split': [':', 'a:b:c'] }] }, 'b'],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's own
  [{ 'Fn::Sub': '${AWS::AccountId}-${Queue.QueueName}-${!x}' }, '000000000000-Data-Queue-${x}'],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's own
  [{ 'Fn::Sub': ['${It}!', { It: { Ref: 'Plain' } }] }, 'yes!'],
])('%j is evaluated as CloudFormation would', (value, expected) => {
  expect(evaluate(value)).toBe(expected);
});

it('an imported value is evaluated in the stack that exports it', () => {
  const other = toStack('Other', {
    Resources: { Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'theirs' } } },
    Outputs: { Out: { Value: { 'Fn::GetAtt': ['Queue', 'QueueName'] }, Export: { Name: 'Other:Out' } } },
  });
  expect(evaluate({ 'Fn::ImportValue': 'Other:Out' }, other)).toBe('theirs');
});

it('an override never adds a variable that the stack forgot to declare', () => {
  const [declared] = read({
    Fn: {
      Type: 'AWS::Lambda::Function',
      Properties: { Handler: 'index.handler', Runtime: 'nodejs24.x', Environment: { Variables: { TIME_SCALE: '1' } } },
      Metadata: { 'aws:asset:path': 'asset.1' },
    },
  }).functions;
  expect(declared?.environment.TIME_SCALE).toBe('5');
  expect(declared?.environment).not.toHaveProperty('PUBLIC_BASE_URL');
});
