import { expect, test } from 'vitest';
import { dispatchesOf, dispatchOf, example, run, withEachFieldAs, withEveryText } from './convert.ts';

const convert = (payload: unknown, ...args: string[]) => dispatchOf('cloudwatch', payload, ...args);
/** The alarm of the example without its SNS envelope, as with raw message delivery, changed. */
const alarm = (changes: object = {}) => ({ ...JSON.parse(example('cloudwatch/alarm.json').Message), ...changes });

test('an alarm in SNS becomes a page', () => {
  expect(convert(example('cloudwatch/alarm.json'))).toMatchObject({
    incident: {
      title: '5xx at the gateway above 5%.',
      priority: 'CRITICAL',
      service: 'payments-api',
      triggeredAt: '2026-11-22T09:59:12.345Z',
      url: 'https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1#alarmsV2:alarm/payments-api-5xx',
    },
    type: 'new_incident',
  });
});

test('the envelope makes no difference', () => {
  expect(convert(alarm())).toEqual(convert(example('cloudwatch/alarm.json')));
});

test('OK resolves the incident that ALARM opened', () => {
  const ok = convert(example('cloudwatch/ok.json'));
  expect(ok.type).toBe('resolution');
  expect(ok.incident.id).toBe(convert(alarm()).incident.id);
});

test('alarms of one name in two regions are two incidents', () => {
  const elsewhere = alarm({ AlarmArn: alarm().AlarmArn.replace('eu-west-1', 'us-east-1') });
  expect(convert(elsewhere).incident.id).not.toBe(convert(alarm()).incident.id);
  expect(convert(alarm({ AlarmArn: undefined })).incident.id).toMatch(/^payments-api-5xx-[0-9a-f]{10}$/);
});

test.each([
  ['severity: warning', 'MEDIUM'],
  ['[severity=critical] Look at the graph', 'CRITICAL'],
  ['The severity is unknown', 'HIGH'],
  [null, 'HIGH'],
])('description %j is priority %s', (AlarmDescription, priority) => {
  expect(convert(alarm({ AlarmDescription })).incident.priority).toBe(priority);
});

test('an alarm without description, trigger and ARN (composite, old) is named by its name', () => {
  const { incident } = convert({ AlarmName: 'everything', NewStateValue: 'ALARM' });
  expect(incident).toMatchObject({ title: 'everything', service: 'everything', priority: 'HIGH' });
});

test('missing data pages too and says so', () => {
  const page = convert(alarm({ NewStateValue: 'INSUFFICIENT_DATA' }));
  expect(page).toMatchObject({ type: 'new_incident', incident: { title: 'No data: 5xx at the gateway above 5%.' } });
});

test('the longest names that CloudWatch takes fit', () => {
  const AlarmName = `${'ä/'.repeat(127)}x`;
  const AlarmArn = `arn:aws:cloudwatch:eu-west-1:123456789012:alarm:${AlarmName}`;
  const { incident } = convert(
    alarm({ AlarmName, AlarmArn, AlarmDescription: 'y'.repeat(1024), NewStateReason: '€'.repeat(2000) }),
  );
  expect(incident.id.length).toBeLessThanOrEqual(64);
  expect(incident.title).toHaveLength(200);
  expect(Buffer.byteLength(incident.description ?? '')).toBeGreaterThan(4000);
});

test('a dimension that says what is watched is the service', () => {
  const Dimensions = [
    { name: 'ClusterName', value: 'eu-1' },
    { name: 'ServiceName', value: 'checkout' },
  ];
  expect(convert(alarm({ Trigger: { ...alarm().Trigger, Dimensions } })).incident.service).toBe('checkout');
});

test('a request to confirm the subscription says what to do', () => {
  const { status, stderr } = run(
    'cloudwatch',
    JSON.stringify({ Type: 'SubscriptionConfirmation', Message: 'You have …' }),
  );
  expect(status).toBe(1);
  expect(stderr).toContain('SubscribeURL');
});

test.each([
  [null, 'AWS/ApiGateway'],
  [undefined, 'AWS/ApiGateway'],
  [[], 'AWS/ApiGateway'],
  ['x', 'AWS/ApiGateway'],
  [[null], 'AWS/ApiGateway'],
  [
    [
      { name: 'ServiceName', value: null },
      { name: 'Stage', value: 'prod' },
    ],
    'prod',
  ],
  [[{ name: 'ServiceName', value: '' }], 'AWS/ApiGateway'],
])('an alarm whose Dimensions are %j is a page, about %s', (Dimensions, service) => {
  const Trigger = { ...alarm().Trigger, Namespace: 'AWS/ApiGateway', Dimensions };
  expect(convert(alarm({ Trigger })).incident.service).toBe(service);
});

test.each(['', '  ', '\u200b', null, undefined, {}])(
  'a description that says nothing (%j) gives way to the name',
  (text) => {
    expect(convert(alarm({ AlarmDescription: text })).incident.title).toBe('payments-api-5xx');
  },
);

test('an alarm without a name is named by its ARN', () => {
  for (const AlarmName of [null, '', '\u2800']) {
    expect(convert(alarm({ AlarmName, AlarmDescription: null })).incident.title).toBe('payments-api-5xx');
  }
});

test('every field that an alarm has may be null, and may be empty, and it is still a page', () => {
  const payloads = [null, ''].flatMap((value) => withEachFieldAs(alarm(), value, ['AlarmDescription']));
  expect(payloads.length).toBeGreaterThan(30);
  const dispatches = dispatchesOf('cloudwatch', payloads);
  expect(dispatches).toHaveLength(payloads.length);
  for (const page of dispatches) {
    expect(page).toMatchObject({ incident: { priority: 'CRITICAL' }, type: 'new_incident' });
  }
});

test('noncharacters, half surrogate pairs, control and invisible characters in every text leave a page', () => {
  const odd = [
    '\uffff',
    '\ufffe',
    '\ud800',
    '\udfff',
    '\u0000',
    '\u001b[31m',
    '\u{1ffff}',
    '\ufdd0',
    '\u200b',
    '\u202e',
  ];
  const payloads = odd.flatMap((one) => [
    withEveryText(alarm(), (text) => `${one}${text}${one}`, ['AlarmArn', 'NewStateValue']),
    withEveryText(alarm(), () => one, ['AlarmArn', 'NewStateValue']),
  ]);
  const dispatches = dispatchesOf('cloudwatch', payloads);
  for (const { incident } of dispatches) expect(incident.title).not.toBe('');
});

test.each(['', 'null', '{}', '{"Message":"hello"}', '{"Message":"null"}', '[]'])(
  '%j is refused in one line',
  (input) => {
    const { status, stdout, stderr } = run('cloudwatch', input);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr.trim().split('\n')).toHaveLength(1);
  },
);
