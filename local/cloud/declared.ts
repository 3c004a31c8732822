/** Everything the templates declare that the local run starts, evaluated against the addresses of its services. */
import { type RuleSpec, ruleSpec } from './eventbridge/rule.ts';
import { type ApiSpec, apiSpec } from './gateway/definition.ts';
import { type AsyncConfigSpec, asyncConfigSpec } from './lambda/async-invoke.ts';
import { type MappingSpec, mappingSpec } from './lambda/mapping.ts';
import { type FunctionSpec, functionSpec, type ServiceUrls } from './lambda/spec.ts';
import { type ScheduleSpec, scheduleSpec } from './schedules.ts';
import { type TableSpec, tableSpec } from './services/dynamodb.ts';
import { CLIENT_IDS } from './services/issuer.ts';
import { type SecretSpec, secretSpec } from './services/secrets.ts';
import { type QueueSpec, queueSpec } from './services/sqs.ts';
import { stateMachineSpec } from './stepfunctions/spec.ts';
import type { MachineSpec } from './stepfunctions/start.ts';
import { type SubscriptionSpec, subscriptionSpec } from './subscriptions.ts';
import { localNames } from './template/names.ts';
import { createResolver } from './template/resolver.ts';
import { ofType } from './template/shape.ts';
import { type Resource, refuseUnknownTypes, type Stack } from './template/template.ts';

const STARTED_TYPES = [
  'AWS::ApiGateway::Authorizer',
  'AWS::ApiGateway::GatewayResponse',
  'AWS::ApiGateway::Method',
  'AWS::ApiGateway::Resource',
  'AWS::ApiGateway::RestApi',
  'AWS::ApiGateway::Stage',
  'AWS::Cognito::UserPool',
  'AWS::Cognito::UserPoolClient',
  'AWS::DynamoDB::GlobalTable',
  'AWS::Events::EventBus',
  'AWS::Events::Rule',
  'AWS::Lambda::EventInvokeConfig',
  'AWS::Lambda::EventSourceMapping',
  'AWS::Lambda::Function',
  'AWS::Scheduler::Schedule',
  'AWS::Logs::SubscriptionFilter',
  'AWS::SecretsManager::Secret',
  'AWS::SNS::Topic',
  'AWS::SQS::Queue',
  'AWS::StepFunctions::StateMachine',
];

export interface Declared {
  tables: TableSpec[];
  queues: QueueSpec[];
  secrets: SecretSpec[];
  functions: FunctionSpec[];
  mappings: MappingSpec[];
  asyncConfigs: AsyncConfigSpec[];
  schedules: ScheduleSpec[];
  subscriptions: SubscriptionSpec[];
  machines: MachineSpec[];
  /** Names of the event buses. */
  buses: string[];
  rules: RuleSpec[];
  /** ARNs of the topics. */
  topics: string[];
  api: ApiSpec;
}

export interface Surroundings {
  assemblyDir: string;
  urls: ServiceUrls;
  issuer: string;
  overrides: Record<string, string>;
}

/** Reads all of it. Throws `Refused` at the first thing the local run does not know. */
export function readDeclared(stacks: Stack[], { assemblyDir, urls, issuer, overrides }: Surroundings): Declared {
  refuseUnknownTypes(stacks, STARTED_TYPES);
  const names = localNames({ sqsUrl: urls.sqs, issuer, clientIds: CLIENT_IDS });
  const resolve = createResolver(stacks, names);
  const resources = stacks.flatMap((stack) => [...stack.resources.values()]);
  const all = (type: string) => ofType(resources, type);
  const ref = (resource: Resource) => names.ref(resource) ?? resource.id;
  const attribute = (resource: Resource, name: string) => names.attribute(resource, name) ?? '';
  const groupNames = all('AWS::Logs::LogGroup').map((one) => [ref(one), String(resolve(one).LogGroupName)] as const);
  return {
    tables: all('AWS::DynamoDB::GlobalTable').map((one) => tableSpec(one, resolve, ref(one))),
    queues: all('AWS::SQS::Queue').map((one) => queueSpec(one, resolve, attribute(one, 'QueueName'))),
    secrets: all('AWS::SecretsManager::Secret').map((one) => secretSpec(one, resolve, ref(one))),
    functions: all('AWS::Lambda::Function').map((one) =>
      functionSpec(one, resolve, { name: ref(one), arn: attribute(one, 'Arn') }, assemblyDir, urls, overrides),
    ),
    mappings: all('AWS::Lambda::EventSourceMapping').map((one) => mappingSpec(one, resolve)),
    asyncConfigs: all('AWS::Lambda::EventInvokeConfig').map((one) => asyncConfigSpec(one, resolve)),
    schedules: all('AWS::Scheduler::Schedule').map((one) => scheduleSpec(one, resolve)),
    subscriptions: all('AWS::Logs::SubscriptionFilter').map((one) =>
      subscriptionSpec(one, resolve, new Map(groupNames)),
    ),
    machines: all('AWS::StepFunctions::StateMachine').map((one) =>
      stateMachineSpec(one, resolve, { name: attribute(one, 'Name'), arn: ref(one) }, assemblyDir),
    ),
    buses: all('AWS::Events::EventBus').map(ref),
    rules: all('AWS::Events::Rule').map((one) => ruleSpec(one, resolve)),
    topics: all('AWS::SNS::Topic').map(ref),
    api: apiSpec(resources, resolve),
  };
}
