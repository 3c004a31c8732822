/** One file because the table of grants is read as a whole: what one function may do is judged beside the others. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { $ZodObject } from 'zod/v4/core';
import { SCHEDULE_PREFIX } from '../../lambdas/stores/schedules.ts';
import type { Fn } from '../../lib/constructs/fn.ts';
import { type Json, type Resource, ROOT, synth } from './synth.ts';

const { functions, ofType, resourceOf, target } = synth();

/**
 * What each function may do, and to what; nothing else. `Table/byDay` is an index. Receiving is what an SQS event source
 * asks for in the name of its function; hiding a message (ChangeMessageVisibility) is also what the worker does itself.
 */
const RECEIVE = [
  'sqs:ChangeMessageVisibility',
  'sqs:DeleteMessage',
  'sqs:GetQueueAttributes',
  'sqs:GetQueueUrl',
  'sqs:ReceiveMessage',
];
const READ_SECRET = ['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue'];
const DEPTH = ['sqs:GetQueueAttributes'];
const SEND = ['sqs:SendMessage'];
const CHANNEL_NAMES = ['Email', 'Sms', 'Slack', 'Teams', 'Push', 'Voice'];
/** Every channel's lanes: for who may queue whatever a page needs next. */
const LANES = Object.fromEntries(
  CHANNEL_NAMES.flatMap((name) => [
    [`${name}Urgent`, SEND],
    [`${name}Normal`, SEND],
  ]),
);
/** Every channel's dead letters. */
const deadLetters = (...actions: string[]) =>
  Object.fromEntries(CHANNEL_NAMES.map((name) => [`${name}DeadLetters`, actions]));
const items = (...actions: string[]) => actions.map((action) => `dynamodb:${action}`);
const QUERY = items('Query');

/** They have no ARN: what IAM can say is "nothing that has one of SNS's" (lib/constructs/sns-publish.ts). */
const PHONE_NUMBERS = JSON.stringify({
  not: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':sns:*:*:*']] },
});
const isAboutPhoneNumbers = ({ NotResource: not }: Json) => JSON.stringify({ not }) === PHONE_NUMBERS;

/** Everything of one kind in this account, where IAM has no narrower name (lib/constructs/provider-grants.ts). */
const ofService = (service: string, resource: string) =>
  JSON.stringify({
    'Fn::Join': [
      '',
      [
        'arn:',
        { Ref: 'AWS::Partition' },
        `:${service}:`,
        { Ref: 'AWS::Region' },
        ':',
        { Ref: 'AWS::AccountId' },
        `:${resource}`,
      ],
    ],
  });

/** Who changes pages or circuits, and tells the bus. */
const TELLS = new Set([
  'alerts/alerts',
  'replies/action',
  'replies/inbound-sweep',
  'replies/slack-webhooks',
  'replies/propagate-answer',
  'replies/twilio-sms-inbound',
  'replies/voice-inbound',
  'replies/voice-menu',
  'api/answer',
  'api/dispatch',
  'api/providers',
  'verification/verification',
  ...CHANNEL_NAMES.map((name) => `delivery/${name.toLowerCase()}-worker`),
  'escalation/escalate',
  'provider-health/health-check',
  'receipts/receipt-check',
  'receipts/sendgrid-events',
  'receipts/ses-events',
  'receipts/sns-sms-log',
  'receipts/twilio-sms-status',
  'receipts/twilio-voice-status',
  'suppression/release',
  'upkeep/contact-sweep',
]);

/** What every channel's worker may do. */
const worker = (name: string): Record<string, string[]> => ({
  Table: items('BatchGetItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'),
  ActionKey: READ_SECRET,
  ProviderSecret: READ_SECRET,
  [`${name}Urgent`]: [...RECEIVE, ...SEND],
  [`${name}Normal`]: [...RECEIVE, ...SEND],
  [`${name}DeadLetters`]: SEND,
  ReceiptChecks: SEND,
  Looks: SEND,
  Alerts: SEND,
});

const ALLOWED: Record<string, Record<string, string[]>> = {
  'authorizer/authorizer': {},
  'api/dispatch': {
    Table: items('BatchGetItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'),
    'Table/byIncident': QUERY,
    ...LANES,
    Looks: SEND,
    Stops: SEND,
    Alerts: SEND,
    RestraintReleases: SEND,
  },
  'api/read': {
    Table: items('BatchGetItem', 'Query'),
    'Table/byIncident': QUERY,
    'Table/byRecipient': QUERY,
    'Table/byDay': QUERY,
  },
  'api/answer': {
    Table: items('BatchGetItem', 'GetItem', 'PutItem', 'UpdateItem'),
    'Table/byIncident': QUERY,
    Stops: ['sqs:SendMessage'],
  },
  'api/recipients': {
    Table: items('BatchGetItem', 'DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'),
    'Table/byRecipient': QUERY,
    RestraintReleases: SEND,
  },
  'verification/verification': {
    Table: items('DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'),
    Alerts: SEND,
    ProviderSecret: READ_SECRET,
    [PHONE_NUMBERS]: ['sns:Publish'],
    [ofService('sms-voice', '*')]: ['sms-voice:SendVoiceMessage'],
  },
  'api/health': { Table: items('GetItem', 'Query') },
  'api/providers': { Table: items('GetItem', 'PutItem', 'Query', 'UpdateItem') },
  'api/audit': { Table: items('BatchGetItem', 'Query'), 'Table/byDay': QUERY },
  'api/senders': { ProviderSecret: READ_SECRET, Table: items('GetItem') },
  'api/dead-letters': {
    Table: items('GetItem', 'PutItem'),
    ...deadLetters('sqs:ChangeMessageVisibility', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'),
    LettersRedrives: SEND,
  },
  'api/redrive': {
    Table: items('GetItem', 'PutItem', 'UpdateItem'),
    ...LANES,
    ...deadLetters('sqs:DeleteMessage', 'sqs:ReceiveMessage'),
    Looks: SEND,
    LettersRedrives: [...RECEIVE, ...SEND],
    LettersRedriveDeadLetters: SEND,
    EventsBus: ['events:PutEvents'],
  },
  'api/maintenance-windows': {
    Table: items('DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'),
    RestraintReleases: SEND,
  },
  'suppression/release': {
    Table: items('BatchGetItem', 'DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'),
    ...LANES,
    Looks: SEND,
    Alerts: SEND,
    RestraintReleases: [...RECEIVE, ...SEND],
    RestraintReleaseDeadLetters: SEND,
    [ofService('scheduler', `schedule/default/${SCHEDULE_PREFIX}*`)]: ['scheduler:CreateSchedule'],
    ReleaseScheduleRole: ['iam:PassRole'],
  },
  'receipts/twilio-sms-status': {
    Table: items('GetItem', 'PutItem', 'Query', 'UpdateItem'),
    ProviderSecret: READ_SECRET,
    ...LANES,
    Looks: SEND,
    Alerts: SEND,
  },
  'receipts/twilio-voice-status': {
    Table: items('DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'),
    ProviderSecret: READ_SECRET,
    ...LANES,
    Looks: SEND,
    Alerts: SEND,
  },
  'receipts/sendgrid-events': {
    Table: items('GetItem', 'PutItem', 'Query', 'UpdateItem'),
    ProviderSecret: READ_SECRET,
    ...LANES,
    Looks: SEND,
    Alerts: SEND,
  },
  'receipts/ses-events': {
    Table: items('GetItem', 'PutItem', 'Query', 'UpdateItem'),
    ...LANES,
    Looks: SEND,
    Alerts: SEND,
    SesEventsQueue: RECEIVE,
  },
  'events/webhooks': {
    WebhookKey: READ_SECRET,
    EventsWebhooks: [...RECEIVE, ...SEND],
    EventsWebhookDeadLetters: SEND,
  },
  'receipts/sns-sms-log': {
    Table: items('GetItem', 'PutItem', 'Query', 'UpdateItem'),
    ...LANES,
    Looks: SEND,
    Alerts: SEND,
    SnsSmsLogQueue: [...RECEIVE, ...SEND],
    SnsSmsLogDeadLetters: SEND,
  },
  'receipts/receipt-check': {
    Table: items('DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'),
    ProviderSecret: READ_SECRET,
    ...LANES,
    Looks: SEND,
    Alerts: SEND,
    ReceiptChecks: [...RECEIVE, 'sqs:SendMessage'],
    ReceiptCheckDeadLetters: SEND,
  },
  'delivery/sms-worker': { ...worker('Sms'), [PHONE_NUMBERS]: ['sns:Publish'] },
  'delivery/email-worker': { ...worker('Email'), [ofService('ses', '*')]: ['ses:SendEmail'] },
  'delivery/slack-worker': worker('Slack'),
  'delivery/teams-worker': worker('Teams'),
  'delivery/push-worker': { ...worker('Push'), [ofService('sns', 'endpoint/*')]: ['sns:Publish'] },
  'delivery/voice-worker': {
    ...worker('Voice'),
    Table: items('BatchGetItem', 'DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'),
    [ofService('sms-voice', '*')]: ['sms-voice:SendVoiceMessage'],
  },
  'escalation/escalate': {
    Table: items('BatchGetItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'),
    'Table/byIncident': QUERY,
    ...LANES,
    Looks: SEND,
    Stops: SEND,
    Alerts: SEND,
    RestraintReleases: SEND,
  },
  'alerts/alerts': {
    Table: items('BatchGetItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'),
    'Table/byIncident': QUERY,
    ...LANES,
    Looks: SEND,
    Stops: SEND,
    Alerts: [...RECEIVE, ...SEND],
    AlertDeadLetters: SEND,
    OperationsTopic: ['sns:Publish'],
    RestraintReleases: SEND,
  },
  'escalation/escalation-check': {
    Table: items('GetItem'),
    Looks: RECEIVE,
    LookDeadLetters: SEND,
    EscalationMachine: ['states:SendTaskSuccess', 'states:StartExecution'],
  },
  'provider-health/health-check': {
    Table: items('DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'),
    ProviderSecret: READ_SECRET,
    HealthChecks: [...RECEIVE, 'sqs:SendMessage'],
    ...Object.fromEntries(
      [...Object.keys(LANES), ...CHANNEL_NAMES.map((name) => `${name}DeadLetters`)].map((lane) => [lane, DEPTH]),
    ),
    ...Object.fromEntries(
      [
        'Look',
        'Stop',
        'InboundText',
        'ReceiptCheck',
        'Alert',
        'EventsWebhook',
        'RestraintRelease',
        'LettersRedrive',
      ].flatMap((name) => [
        [`${name}s`, DEPTH],
        [`${name}DeadLetters`, DEPTH],
      ]),
    ),
    SesEventsQueue: DEPTH,
    SesEventsDeadLetters: DEPTH,
    HealthDeadLetters: DEPTH,
    SnsSmsLogQueue: DEPTH,
    SnsSmsLogDeadLetters: DEPTH,
    '"*"': [
      ...['ses:GetAccount', 'ses:GetEmailIdentity'],
      ...['sms-voice:DescribeAccountAttributes', 'sms-voice:DescribePhoneNumbers', 'sms-voice:DescribeSpendLimits'],
      ...['sms-voice:GetResourcePolicy', 'sns:GetSMSAttributes', 'sns:GetSMSSandboxAccountStatus'],
      'sns:ListPlatformApplications',
    ],
  },
  'replies/inbound-sweep': {
    Table: items('BatchGetItem', 'DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'),
    'Table/byIncident': QUERY,
    Stops: ['sqs:SendMessage'],
    InboundTexts: [...RECEIVE, 'sqs:SendMessage'],
    InboundTextDeadLetters: SEND,
    ProviderSecret: READ_SECRET,
    Alerts: SEND,
  },
  'upkeep/contact-sweep': {
    Table: items('BatchGetItem', 'DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'),
    'Table/byIncident': QUERY,
    ...LANES,
    Looks: SEND,
    Stops: SEND,
    Alerts: SEND,
    RestraintReleases: SEND,
    [ofService('sns', 'endpoint/*')]: ['sns:GetEndpointAttributes', 'sns:Publish', 'sns:SetEndpointAttributes'],
  },
  'replies/twilio-sms-inbound': {
    Table: items('BatchGetItem', 'DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'),
    'Table/byIncident': QUERY,
    Stops: ['sqs:SendMessage'],
    ProviderSecret: READ_SECRET,
    Alerts: SEND,
  },
  'replies/voice-menu': {
    Table: items('BatchGetItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'),
    'Table/byIncident': QUERY,
    ...LANES,
    Looks: SEND,
    Stops: SEND,
    Alerts: SEND,
    ProviderSecret: READ_SECRET,
    RestraintReleases: SEND,
  },
  'replies/voice-inbound': {
    Table: items('BatchGetItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'),
    'Table/byIncident': QUERY,
    Stops: SEND,
    ProviderSecret: READ_SECRET,
  },
  'replies/action': {
    Table: items('BatchGetItem', 'GetItem', 'PutItem', 'UpdateItem'),
    'Table/byIncident': QUERY,
    Stops: ['sqs:SendMessage'],
    ActionKey: READ_SECRET,
  },
  'replies/slack-webhooks': {
    Table: items('BatchGetItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'),
    'Table/byIncident': QUERY,
    'Table/byRecipient': QUERY,
    Stops: ['sqs:SendMessage'],
    ActionKey: READ_SECRET,
    ProviderSecret: READ_SECRET,
  },
  'replies/propagate-answer': {
    Table: items('BatchGetItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'),
    'Table/byIncident': QUERY,
    ...LANES,
    Looks: SEND,
    Stops: [...RECEIVE, ...SEND],
    StopDeadLetters: SEND,
    ActionKey: READ_SECRET,
    ProviderSecret: READ_SECRET,
    RestraintReleases: SEND,
  },
};

/** Logical ids without the hash CDK appends. */
const shortId = ({ id }: Resource) => id.replace(/[0-9A-F]{8}$/, '');

/** The resource a statement names, as in ALLOWED; whatever else stands there is given back as it is, and fails. */
function nameOf(reference: Json, stack: string): string {
  const join = reference?.['Fn::Join'];
  const index = join && join[0] === '' && join[1].length === 2 ? /^\/index\/(\w+)$/.exec(join[1][1])?.[1] : undefined;
  const found = target(index ? join[1][0] : reference, stack);
  if (!found) return JSON.stringify(reference);
  return index ? `${shortId(found)}/${index}` : shortId(found);
}

const listed = <T>(value: T | T[]): T[] => (Array.isArray(value) ? value : [value]);

/** Everything the role may do: resource → actions. Denials and conditions are not expected, and would show here. */
function grantsOf(role: Resource): Record<string, string[]> {
  const grants: Record<string, string[]> = {};
  const policies = ofType('AWS::IAM::Policy').filter(({ stack, properties }) =>
    properties.Roles.some((reference: Json) => target(reference, stack)?.id === role.id),
  );
  for (const { stack, properties } of policies) {
    for (const { Effect, Action, Resource: on, NotResource: not, ...rest } of properties.PolicyDocument.Statement) {
      expect({ Effect, rest }).toEqual({ Effect: 'Allow', rest: {} });
      for (const reference of listed<Json>(not === undefined ? on : { not })) {
        const name = nameOf(reference, stack);
        grants[name] = [...(grants[name] ?? []), ...listed<string>(Action)].sort();
      }
    }
  }
  return grants;
}

const roleOf = (fn: Fn<$ZodObject>): Resource => {
  const { stack, properties } = resourceOf(fn);
  return target(properties.Role, stack) as Resource;
};

/** What may be read of the account: its settings and standing, which are no resources, its numbers and identities. */
const OF_THE_ACCOUNT =
  /^(sns:(GetSMSAttributes|GetSMSSandboxAccountStatus|ListPlatformApplications)|ses:Get(Account|EmailIdentity)|sms-voice:(Describe(AccountAttributes|PhoneNumbers|SpendLimits)|GetResourcePolicy))$/;
const SCHEDULED = [
  ['provider-health/health-check', 'rate(1 minute)'],
  ['receipts/receipt-check', 'rate(1 hour)'],
  ['replies/inbound-sweep', 'rate(1 hour)'],
  ['suppression/release', 'rate(1 minute)'],
  ['upkeep/contact-sweep', 'rate(1 hour)'],
];
const isOfSchedule = ({ properties }: Resource) =>
  properties.AssumeRolePolicyDocument.Statement[0].Principal.Service === 'scheduler.amazonaws.com';

/** test/infra/sns.test.ts has it. */
const isOfSnsLog = ({ properties }: Resource) =>
  properties.AssumeRolePolicyDocument.Statement[0].Principal.Service === 'sns.amazonaws.com';

const WORKERS = ['email', 'push', 'slack', 'sms', 'teams', 'voice'].map((channel) => `delivery/${channel}-worker`);

describe('grants', () => {
  it('are listed for every function', () => {
    expect(functions.map(({ entry }) => entry).sort()).toEqual(Object.keys(ALLOWED).sort());
  });

  it.each(functions.map((fn) => [fn.entry, fn] as const))('%s may do this and nothing else', (entry, fn) => {
    const logs = resourceOf(fn).properties.LoggingConfig.LogGroup.Ref.replace(/[0-9A-F]{8}$/, '');
    const wanted: Record<string, string[]> = {
      ...ALLOWED[entry],
      ...(TELLS.has(entry) && { EventsBus: ['events:PutEvents'] }),
      [logs]: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    };
    const sorted = Object.fromEntries(Object.entries(wanted).map(([name, actions]) => [name, [...actions].sort()]));
    expect(grantsOf(roleOf(fn))).toEqual(sorted);
  });

  it('come by one role per function, which Lambda alone may take on and no managed policy widens', () => {
    const roles = functions.map(roleOf);
    expect(new Set(roles).size).toBe(functions.length);
    for (const { properties } of roles) {
      expect(properties.ManagedPolicyArns ?? []).toEqual([]);
      expect(properties.Policies ?? []).toEqual([]);
      expect(properties.AssumeRolePolicyDocument.Statement).toEqual([
        { Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' } },
      ]);
    }
  });

  it('include the provider secret only for who sends, asks or checks with it, and who checks signatures', () => {
    const readers = functions.filter((fn) => 'ProviderSecret' in grantsOf(roleOf(fn))).map(({ entry }) => entry);
    expect(readers.sort()).toEqual(
      [
        'api/senders',
        ...WORKERS,
        'provider-health/health-check',
        'receipts/receipt-check',
        'receipts/sendgrid-events',
        'receipts/twilio-sms-status',
        'receipts/twilio-voice-status',
        'replies/inbound-sweep',
        'replies/slack-webhooks',
        'replies/propagate-answer',
        'replies/twilio-sms-inbound',
        'replies/voice-inbound',
        'replies/voice-menu',
        'verification/verification',
      ].sort(),
    );
  });

  it('include the action key only for who signs and who checks links', () => {
    const readers = functions.filter((fn) => 'ActionKey' in grantsOf(roleOf(fn))).map(({ entry }) => entry);
    expect(readers.sort()).toEqual(
      ['replies/action', 'replies/slack-webhooks', 'replies/propagate-answer', ...WORKERS].sort(),
    );
  });

  it('leave besides the role of API Gateway for logs, with the policy AWS documents for it, those of schedules and of the state machine', () => {
    const ours = functions.map(roleOf);
    const others = ofType('AWS::IAM::Role').filter(
      (role) => !ours.includes(role) && !isOfSchedule(role) && !isOfSnsLog(role),
    );
    expect(others.map(({ properties }) => properties.AssumeRolePolicyDocument.Statement[0].Principal)).toEqual([
      { Service: 'apigateway.amazonaws.com' },
      { Service: 'states.amazonaws.com' },
    ]);
    const machine = others[1] as Resource;
    const [invoke] = Object.entries(grantsOf(machine)).filter(([name]) => name !== '"*"');
    expect(invoke).toEqual(['EscalationEscalate', ['lambda:InvokeFunction']]);
    expect(JSON.stringify(others[0]?.properties.ManagedPolicyArns)).toMatch(
      /^\[[^,]*,\["arn:",[^\]]*":iam::aws:policy\/service-role\/AmazonAPIGatewayPushToCloudWatchLogs"\]\]\}\]$/,
    );
  });

  it('name no resource by a wildcard, but for what SNS has no resources for', () => {
    const statements = ofType('AWS::IAM::Policy').flatMap(({ properties }) => properties.PolicyDocument.Statement);
    const wide = statements.filter(
      (statement: Json) => JSON.stringify(statement).includes('*') && !isAboutPhoneNumbers(statement),
    );
    // Those with a reason stand above, beside the function that has them.
    const explained = new Set(Object.values(ALLOWED).flatMap(Object.keys));
    for (const statement of wide.filter(({ Resource }: Json) => !explained.has(JSON.stringify(Resource)))) {
      expect(statement).toEqual({ Effect: 'Allow', Action: expect.anything(), Resource: '*' });
      for (const action of listed<string>(statement.Action)) expect(action).toMatch(OF_THE_ACCOUNT);
    }
  });

  it('let only this API and this event source call a function', () => {
    // What a log may call stands in test/infra/sns.test.ts.
    const permissions = ofType('AWS::Lambda::Permission').filter(
      ({ properties }) => properties.Principal !== 'logs.amazonaws.com',
    );
    for (const { properties } of permissions) {
      expect(properties.Action).toBe('lambda:InvokeFunction');
      expect(properties.Principal).toBe('apigateway.amazonaws.com');
      expect(JSON.stringify(properties.SourceArn)).toMatch(/"Ref":"ApiRest[0-9A-F]{8}"/);
    }
  });
});

describe('schedules', () => {
  const schedules = ofType('AWS::Scheduler::Schedule').map(({ stack, properties }) => {
    const { Arn, RoleArn, DeadLetterConfig, RetryPolicy } = properties.Target;
    const fn = target(Arn, stack) as Resource;
    return {
      entry: functions.find((one) => resourceOf(one).id === fn.id)?.entry ?? 'nothing of ours',
      fn,
      role: target(RoleArn, stack) as Resource,
      deadLetters: target(DeadLetterConfig.Arn, stack) as Resource,
      rate: properties.ScheduleExpression,
      retries: RetryPolicy,
      properties,
    };
  });

  it.each(schedules.map((one) => [one.entry, one] as const))(
    'a scheduled run of %s that fails or waits for a minute is dropped, since the next one does the same work',
    (_entry, { fn }) => {
      const configs = ofType('AWS::Lambda::EventInvokeConfig').filter(
        ({ stack, properties }) => target(properties.FunctionName, stack)?.id === fn.id,
      );
      expect(configs.map(({ properties }) => properties)).toEqual([
        expect.objectContaining({ MaximumEventAgeInSeconds: 60, MaximumRetryAttempts: 0, Qualifier: '$LATEST' }),
      ]);
    },
  );

  it.each(schedules.map(({ entry }) => entry))('scheduled runs of %s exclude each other by a lease', (entry) => {
    expect(readFileSync(join(ROOT, `lambdas/${entry}.lambda.ts`), 'utf8')).toMatch(/\balone\(/);
  });

  it('run these', () => {
    expect(schedules.map(({ entry, rate }) => [entry, rate]).sort()).toEqual(SCHEDULED);
  });

  it.each(schedules.map((one) => [one.entry, one] as const))(
    '%s: a role that may start it and keep what could not be started, for this account alone',
    (_entry, { fn, role, deadLetters, properties }) => {
      expect(grantsOf(role)).toEqual({
        [shortId(fn)]: ['lambda:InvokeFunction'],
        [shortId(deadLetters)]: ['sqs:SendMessage'],
      });
      expect(role.properties.AssumeRolePolicyDocument.Statement).toEqual([
        {
          Action: 'sts:AssumeRole',
          Effect: 'Allow',
          Principal: { Service: 'scheduler.amazonaws.com' },
          Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
        },
      ]);
      expect(properties.FlexibleTimeWindow).toEqual({ Mode: 'OFF' });
      expect(properties.State ?? 'ENABLED').toBe('ENABLED');
    },
  );

  it.each(schedules.map((one) => [one.entry, one] as const))(
    '%s: a run that could not be started is tried again until the next one is due',
    (_entry, { rate, retries }) => {
      const seconds = { 'rate(1 minute)': 60, 'rate(1 hour)': 3_600 }[rate as string];
      expect(retries).toEqual({ MaximumEventAgeInSeconds: seconds, MaximumRetryAttempts: 10 });
    },
  );
});

describe('queue policies', () => {
  /** Queues that a rule of EventBridge puts events into, and those that take what it could not put there. */
  const OF_RULES = ['EventsWebhooks', 'EventsWebhookDeadLetters', 'SesEventsQueue', 'SesEventsDeadLetters'];

  it('let a rule of ours put events into its queue, and nobody else anything', () => {
    const allowed = ofType('AWS::SQS::QueuePolicy').flatMap(({ stack, properties }) => {
      const name = shortId(target(properties.Queues[0], stack) as Resource);
      const { Statement } = properties.PolicyDocument;
      return Statement.filter(({ Effect }: Json) => Effect !== 'Deny').map((one: Json) => {
        const { 'aws:SourceArn': rule } = one.Condition.ArnEquals;
        const { properties: found } = target(rule, stack) as Resource;
        const [{ Arn, DeadLetterConfig }] = found.Targets;
        const own = [Arn, DeadLetterConfig.Arn].map((arn: Json) => shortId(target(arn, stack) as Resource));
        expect(own).toContain(name);
        expect(one).toEqual({
          Action: 'sqs:SendMessage',
          Condition: { ArnEquals: { 'aws:SourceArn': rule } },
          Effect: 'Allow',
          Principal: { Service: 'events.amazonaws.com' },
          Resource: { 'Fn::GetAtt': [properties.Queues[0].Ref, 'Arn'] },
        });
        return name;
      });
    });
    expect(allowed.sort()).toEqual(OF_RULES.sort());
  });

  it('refuse every request without TLS, on every queue', () => {
    const denied = ofType('AWS::SQS::QueuePolicy').map(({ stack, properties }) => {
      const { Statement } = properties.PolicyDocument;
      expect(Statement.filter(({ Effect }: Json) => Effect !== 'Allow')).toEqual([
        {
          Action: 'sqs:*',
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          Effect: 'Deny',
          Principal: { AWS: '*' },
          Resource: { 'Fn::GetAtt': [properties.Queues[0].Ref, 'Arn'] },
        },
      ]);
      return target(properties.Queues[0], stack)?.id;
    });
    expect(denied.sort()).toEqual(
      ofType('AWS::SQS::Queue')
        .map(({ id }) => id)
        .sort(),
    );
  });
});
