/** What Ref and Fn::GetAtt give for each resource in the local cloud, in the form AWS gives it. */
import type { Names } from './resolver.ts';
import { ACCOUNT, REGION } from './resolver.ts';
import type { Resource } from './template.ts';

export interface Addresses {
  sqsUrl: string;
  issuer: string;
  /** Every client the issuer has minted a token for. */
  clientIds: readonly string[];
}

/** Stable over restarts, so that what is on disk finds its table and queue again. */
const generated = (resource: Resource) => `${resource.stack.name}-${resource.id}`;
const given = (resource: Resource, property: string) => {
  const name = resource.properties[property];
  return typeof name === 'string' ? name : generated(resource);
};
const arn = (service: string, rest: string) => `arn:aws:${service}:${REGION}:${ACCOUNT}:${rest}`;

type Kind = { ref(resource: Resource): string; attributes?: Record<string, (resource: Resource) => string> };

/** The local names behind `addresses`. */
export function localNames(addresses: Addresses): Names {
  const queue = (resource: Resource) => given(resource, 'QueueName');
  const table = (resource: Resource) => given(resource, 'TableName');
  const lambda = (resource: Resource) => given(resource, 'FunctionName');
  const secret = (resource: Resource) => arn('secretsmanager', `secret:${given(resource, 'Name')}`);
  const machine = (resource: Resource) => given(resource, 'StateMachineName');
  const bus = (resource: Resource) => given(resource, 'Name');
  const pool = (resource: Resource) => `${REGION}_${resource.id}`;
  const logGroup = (resource: Resource) => given(resource, 'LogGroupName');
  const plain: Kind = { ref: (resource) => resource.id };
  const kinds: Record<string, Kind> = {
    'AWS::SQS::Queue': {
      ref: (resource) => `${addresses.sqsUrl}/${ACCOUNT}/${queue(resource)}`,
      attributes: {
        Arn: (resource) => arn('sqs', queue(resource)),
        QueueName: queue,
        QueueUrl: (resource) => `${addresses.sqsUrl}/${ACCOUNT}/${queue(resource)}`,
      },
    },
    'AWS::DynamoDB::GlobalTable': {
      ref: table,
      attributes: { Arn: (resource) => arn('dynamodb', `table/${table(resource)}`) },
    },
    'AWS::Lambda::Function': {
      ref: lambda,
      attributes: { Arn: (resource) => arn('lambda', `function:${lambda(resource)}`) },
    },
    'AWS::SecretsManager::Secret': { ref: secret, attributes: { Id: secret } },
    'AWS::StepFunctions::StateMachine': {
      ref: (resource) => arn('states', `stateMachine:${machine(resource)}`),
      attributes: { Arn: (resource) => arn('states', `stateMachine:${machine(resource)}`), Name: machine },
    },
    'AWS::Cognito::UserPool': {
      ref: pool,
      attributes: {
        Arn: (resource) => arn('cognito-idp', `userpool/${pool(resource)}`),
        ProviderURL: () => addresses.issuer,
        ProviderName: () => addresses.issuer.replace(/^https?:\/\//, ''),
        UserPoolId: pool,
      },
    },
    // A client allow-list is comma-separated; locally each token of credentials.json has a client of its own.
    'AWS::Cognito::UserPoolClient': { ref: () => addresses.clientIds.join(',') },
    'AWS::ApiGateway::RestApi': {
      ref: (resource) => resource.id,
      attributes: { RootResourceId: (resource) => `${resource.id}/root`, RestApiId: (resource) => resource.id },
    },
    'AWS::ApiGateway::Resource': plain,
    'AWS::ApiGateway::Method': plain,
    'AWS::ApiGateway::Authorizer': plain,
    'AWS::ApiGateway::Deployment': plain,
    'AWS::ApiGateway::RequestValidator': plain,
    'AWS::ApiGateway::Stage': { ref: (resource) => given(resource, 'StageName') },
    'AWS::Events::EventBus': {
      ref: bus,
      attributes: { Arn: (resource) => arn('events', `event-bus/${bus(resource)}`), Name: bus },
    },
    'AWS::SES::ConfigurationSet': { ref: generated },
    'AWS::Logs::LogGroup': {
      ref: logGroup,
      attributes: { Arn: (resource) => arn('logs', `log-group:${logGroup(resource)}:*`) },
    },
    'AWS::IAM::Role': {
      ref: generated,
      attributes: { Arn: (resource) => `arn:aws:iam::${ACCOUNT}:role/${generated(resource)}` },
    },
    'AWS::SNS::Topic': { ref: (resource) => arn('sns', generated(resource)) },
    'AWS::KMS::Key': { ref: generated, attributes: { Arn: (resource) => arn('kms', `key/${generated(resource)}`) } },
  };
  return {
    ref: (resource) => kinds[resource.type]?.ref(resource),
    attribute: (resource, attribute) => kinds[resource.type]?.attributes?.[attribute]?.(resource),
  };
}
