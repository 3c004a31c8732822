import { describe, expect, it } from 'vitest';
import { type Json, type Resource, synth } from './synth.ts';

const NAME = ['sns/', { Ref: 'AWS::Region' }, '/', { Ref: 'AWS::AccountId' }, '/DirectPublishToPhoneNumber'];
const FAILURE = [...NAME.slice(0, -1), '/DirectPublishToPhoneNumber/Failure'];
const named = (parts: unknown[]) => ({ 'Fn::Join': ['', parts] });

const ours = synth();
const shared = synth({ snsLogGroups: 'existing' });
const isSnsName = (name: Json) => JSON.stringify(name ?? '').includes('DirectPublishToPhoneNumber');
const groupsOf = ({ ofType }: typeof ours) =>
  ofType('AWS::Logs::LogGroup').filter(({ properties }) => isSnsName(properties.LogGroupName));
const filtersOf = ({ ofType }: typeof ours) => ofType('AWS::Logs::SubscriptionFilter');
const readerOf = ({ functions, resourceOf }: typeof ours): Resource => {
  const fn = functions.find(({ entry }) => entry === 'receipts/sns-sms-log');
  if (!fn) throw new Error('there is no reader');
  return resourceOf(fn);
};
const writerOf = ({ ofType }: typeof ours) =>
  ofType('AWS::IAM::Role').filter(
    ({ properties }) => properties.AssumeRolePolicyDocument.Statement[0].Principal.Service === 'sns.amazonaws.com',
  );

describe('the delivery log of SNS', () => {
  it('has the names that SNS gives it, forgets recipients after two weeks and outlives the stack', () => {
    const groups = groupsOf(ours);
    expect(groups.map(({ properties }) => properties)).toEqual([
      { LogGroupName: named(NAME), RetentionInDays: 14 },
      { LogGroupName: named(FAILURE), RetentionInDays: 14 },
    ]);
    for (const { deletionPolicy, updateReplacePolicy } of groups) {
      expect([deletionPolicy, updateReplacePolicy]).toEqual(['RetainExceptOnCreate', 'Retain']);
    }
  });

  it('goes to its reader line by line, successes and failures', () => {
    const wired = filtersOf(ours).map(({ stack, properties }) => {
      const group = ours.target(properties.LogGroupName, stack);
      return [
        group?.properties.LogGroupName,
        ours.target(properties.DestinationArn, stack)?.id,
        properties.FilterPattern,
      ];
    });
    const { id } = readerOf(ours);
    expect(wired).toEqual([
      [named(NAME), id, ''],
      [named(FAILURE), id, ''],
    ]);
  });

  it('alone may call the reader', () => {
    const permissions = ours
      .ofType('AWS::Lambda::Permission')
      .filter(({ stack, properties }) => ours.target(properties.FunctionName, stack)?.id === readerOf(ours).id);
    expect(permissions.map(({ properties }) => properties.Principal)).toEqual([
      'logs.amazonaws.com',
      'logs.amazonaws.com',
    ]);
    const sources = permissions.map(({ stack, properties }) => ours.target(properties.SourceArn, stack));
    expect(sources).toEqual(groupsOf(ours));
    const others = ours.ofType('AWS::Lambda::Permission').filter((one) => !permissions.includes(one));
    for (const { properties } of others) expect(properties.Principal).not.toBe('logs.amazonaws.com');
  });

  it('the delivery log of SNS is written by SNS with a role that can do that and nothing else', () => {
    const [writer, ...more] = writerOf(ours);
    expect(more).toEqual([]);
    expect(writer?.properties.AssumeRolePolicyDocument.Statement).toEqual([
      { Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { Service: 'sns.amazonaws.com' } },
    ]);
    expect(writer?.properties.ManagedPolicyArns ?? []).toEqual([]);
    const policies = ours
      .ofType('AWS::IAM::Policy')
      .filter(({ properties }) => properties.Roles.some(({ Ref }: Json) => Ref === writer?.id));
    const statements = policies.flatMap(({ stack, properties }) =>
      properties.PolicyDocument.Statement.map(({ Action, Resource: on }: Json) => [
        Action,
        on.map((reference: Json) => ours.target(reference, stack)?.properties.LogGroupName),
      ]),
    );
    expect(statements).toEqual([
      [
        ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
        expect.arrayContaining([named(NAME), named(FAILURE)]),
      ],
    ]);
  });

  it('the delivery log of SNS is turned on by a command that names that role: it is a setting of the account', () => {
    const { stack, id } = writerOf(ours)[0] as Resource;
    const { Value } = ours.templates[stack].Outputs.SnsLogCommand;
    const role = { 'Fn::GetAtt': [id, 'Arn'] };
    const command = 'aws sns set-sms-attributes --attributes DeliveryStatusIAMRole=';
    expect(Value).toEqual(named([command, role, ',DeliveryStatusSuccessSamplingRate=100']));
    expect(ours.resources.filter(({ type }) => type.startsWith('Custom::'))).toEqual([]);
  });
});

describe('the reader of the delivery log', () => {
  it('hands an event that it fails at to the queue that brings it back, without repetitions of Lambda’s own', () => {
    const config = ours
      .ofType('AWS::Lambda::EventInvokeConfig')
      .find(({ stack, properties }) => ours.target(properties.FunctionName, stack)?.id === readerOf(ours).id);
    const { stack = '', properties = {} } = config ?? {};
    expect([properties.MaximumRetryAttempts, properties.MaximumEventAgeInSeconds]).toEqual([0, undefined]);
    const { Destination } = properties.DestinationConfig.OnFailure;
    const mapped = ours
      .ofType('AWS::Lambda::EventSourceMapping')
      .filter((one) => ours.target(one.properties.FunctionName, one.stack)?.id === readerOf(ours).id)
      .map((one) => ours.target(one.properties.EventSourceArn, one.stack)?.id);
    expect(mapped).toEqual([ours.target(Destination, stack)?.id]);
    expect(mapped[0]).toMatch(/^SnsSmsLogQueue/);
  });
});

describe('with snsLogGroups=existing', () => {
  it('the groups that are there are subscribed to and left alone', () => {
    expect(groupsOf(shared)).toEqual([]);
    expect(filtersOf(shared).map(({ properties }) => properties.LogGroupName)).toEqual([named(NAME), named(FAILURE)]);
    const permissions = shared
      .ofType('AWS::Lambda::Permission')
      .filter(({ properties }) => properties.Principal === 'logs.amazonaws.com');
    expect(permissions.map(({ properties }) => isSnsName(properties.SourceArn))).toEqual([true, true]);
  });
});
