import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Json, ROOT, synth } from './synth.ts';

const TOPIC = 'arn:aws:sns:us-east-1:123456789012:oncall';
const { ofType, target } = synth({ alarmTopicArn: TOPIC });

const runbook = readFileSync(join(ROOT, 'docs/runbook.md'), 'utf8');
/** Anchor, as GitHub makes it of a heading → the section's text. */
const sections = new Map(
  runbook
    .split(/^## /m)
    .slice(1)
    .map((section) => {
      const [heading = '', ...lines] = section.split('\n');
      const anchor = heading
        .trim()
        .toLowerCase()
        .replace(/[^\w\- ]/g, '')
        .replaceAll(' ', '-');
      return [anchor, lines.join('\n')] as const;
    }),
);

const CHANNELS = ['Email', 'Sms', 'Slack', 'Teams', 'Push', 'Voice'];

const shortId = (id: string) => id.replace(/[0-9A-F]{8}$/, '');

/** Alarm → what it watches, over how long, above what. */
const watched = Object.fromEntries(
  ofType('AWS::CloudWatch::Alarm').map(({ stack, id, properties }) => {
    const described = ({ Statistic, Namespace, MetricName, Dimensions, Period }: Json) => {
      const of = Dimensions.map(
        ({ Name, Value }: Json) =>
          `${Name}=${typeof Value === 'string' ? Value : shortId(target(Value, stack)?.id ?? '?')}`,
      );
      return `${Statistic} of ${Namespace} ${MetricName} ${of.join(' ')} over ${Period} s`;
    };
    const watches = (properties.Metrics ?? [properties]).map(({ Expression, MetricStat, ...plain }: Json) =>
      MetricStat
        ? described({ ...MetricStat.Metric, Statistic: MetricStat.Stat, Period: MetricStat.Period })
        : (Expression ?? described(plain)),
    );
    return [shortId(id), { watches, threshold: properties.Threshold, missing: properties.TreatMissingData }];
  }),
);

describe('alarms', () => {
  it('watch this, and ring above that', () => {
    const age = (queue: string) => [`Maximum of AWS/SQS ApproximateAgeOfOldestMessage QueueName=${queue} over 60 s`];
    const letters = (queue: string) => [
      `Maximum of AWS/SQS ApproximateNumberOfMessagesVisible QueueName=${queue} over 60 s`,
    ];
    const errors = (fn: string) => [`Sum of AWS/Lambda Errors FunctionName=${fn} over 300 s`];
    const records = (service: string) => [`Sum of Lifeline RecordFailed service=${service} over 300 s`];
    const counted = (metric: string, service: string) => [`Sum of Lifeline ${metric} service=${service} over 300 s`];
    const quiet = 'notBreaching';
    const ofChannel = (name: string) => {
      const [id, worker] = [`Channels${name}`, `${name.toLowerCase()}-worker`];
      return {
        [`${id}AlarmsDeadLetters`]: { watches: letters(`${name}DeadLetters`), threshold: 0, missing: 'ignore' },
        [`${id}AlarmsUrgentNotDrained`]: { watches: age(`${name}Urgent`), threshold: 120, missing: quiet },
        [`${id}AlarmsNormalNotDrained`]: { watches: age(`${name}Normal`), threshold: 120, missing: quiet },
        [`${id}AlarmsWorkerErrors`]: { watches: errors(`${id}Fn`), threshold: 2, missing: quiet },
        [`${id}AlarmsRecordErrors`]: { watches: records(worker), threshold: 2, missing: quiet },
        [`${id}DeliveryAlarmsCircuitOpened`]: {
          watches: counted('CircuitOpened', worker),
          threshold: 0,
          missing: quiet,
        },
        [`${id}DeliveryAlarmsDeferred`]: { watches: counted('Deferred', worker), threshold: 0, missing: quiet },
      };
    };
    expect(watched).toEqual({
      ...Object.assign({}, ...CHANNELS.map(ofChannel)),
      EscalationLookAlarmsDeadLetters: { watches: letters('LookDeadLetters'), threshold: 0, missing: 'ignore' },
      EscalationLookAlarmsNotDrained: { watches: age('Looks'), threshold: 120, missing: quiet },
      EscalationLookAlarmsWorkerErrors: { watches: errors('EscalationLook'), threshold: 2, missing: quiet },
      EscalationLookAlarmsRecordErrors: { watches: records('look'), threshold: 2, missing: quiet },
      EscalationAlarmsFailed: {
        watches: ['Sum of AWS/States ExecutionsFailed StateMachineArn=EscalationMachine over 300 s'],
        threshold: 0,
        missing: quiet,
      },
      EscalationAlarmsStepErrors: { watches: errors('EscalationEscalate'), threshold: 2, missing: quiet },
      OperationsQueueAlarmsDeadLetters: { watches: letters('AlertDeadLetters'), threshold: 0, missing: 'ignore' },
      OperationsQueueAlarmsNotDrained: { watches: age('Alerts'), threshold: 120, missing: quiet },
      OperationsQueueAlarmsWorkerErrors: { watches: errors('OperationsAlerts'), threshold: 2, missing: quiet },
      OperationsQueueAlarmsRecordErrors: { watches: records('alerts'), threshold: 2, missing: quiet },
      OperationsAlarmsFailed: { watches: counted('PagesFailed', 'alerts'), threshold: 0, missing: quiet },
      OperationsAlarmsFailedByMailAndText: {
        watches: counted('PagesFailedByMailAndText', 'alerts'),
        threshold: 0,
        missing: quiet,
      },
      OperationsAlarmsExhausted: { watches: counted('PagesExhausted', 'alerts'), threshold: 0, missing: quiet },
      OperationsAlarmsNotPassedOn: { watches: counted('PagesNotPassedOn', 'alerts'), threshold: 0, missing: quiet },
      OperationsAlarmsNotReached: { watches: counted('OperationsNotReached', 'alerts'), threshold: 0, missing: quiet },
      ReceiptCheckAlarmsDeadLetters: {
        watches: letters('ReceiptCheckDeadLetters'),
        threshold: 0,
        missing: 'ignore',
      },
      ReceiptCheckAlarmsNotDrained: { watches: age('ReceiptChecks'), threshold: 120, missing: quiet },
      ReceiptCheckAlarmsWorkerErrors: { watches: errors('ReceiptCheckFn'), threshold: 2, missing: quiet },
      ReceiptCheckAlarmsRecordErrors: { watches: records('receipt-check'), threshold: 2, missing: quiet },
      ReceiptCheckReceiptAlarmsMissing: {
        watches: counted('MissingReceipt', 'receipt-check'),
        threshold: 0,
        missing: quiet,
      },
      SesEventsAlarmsDeadLetters: { watches: letters('SesEventsDeadLetters'), threshold: 0, missing: 'ignore' },
      SesEventsAlarmsNotDrained: { watches: age('SesEventsQueue'), threshold: 120, missing: quiet },
      SesEventsAlarmsWorkerErrors: { watches: errors('SesEventsFn'), threshold: 2, missing: quiet },
      SesEventsAlarmsRecordErrors: { watches: records('ses-events'), threshold: 2, missing: quiet },
      WebhooksAlarmsDeadLetters: { watches: letters('EventsWebhookDeadLetters'), threshold: 0, missing: 'ignore' },
      WebhooksAlarmsNotDrained: { watches: age('EventsWebhooks'), threshold: 120, missing: quiet },
      WebhooksAlarmsWorkerErrors: { watches: errors('WebhooksFn'), threshold: 2, missing: quiet },
      WebhooksAlarmsRecordErrors: { watches: records('webhooks'), threshold: 2, missing: quiet },
      WebhooksEventAlarmsLost: { watches: counted('EventLost', 'events'), threshold: 0, missing: quiet },
      QueueAlarmsDeadLetters: { watches: letters('HealthDeadLetters'), threshold: 0, missing: 'ignore' },
      QueueAlarmsNotDrained: { watches: age('HealthChecks'), threshold: 120, missing: quiet },
      QueueAlarmsWorkerErrors: { watches: errors('HealthCheck'), threshold: 2, missing: quiet },
      QueueAlarmsRecordErrors: { watches: records('health-check'), threshold: 2, missing: quiet },
      AlarmsNotChecked: {
        watches: ['10 - checks', ...counted('HealthChecked', 'health-check')],
        threshold: 5,
        missing: 'breaching',
      },
      AlarmsAccountRefused: { watches: counted('CircuitOpened', 'health-check'), threshold: 0, missing: quiet },
      AlarmsNoUsableProvider: { watches: counted('NoUsableProvider', 'health-check'), threshold: 1, missing: quiet },
      ReleaseAlarmsDeadLetters: { watches: letters('RestraintReleaseDeadLetters'), threshold: 0, missing: 'ignore' },
      ReleaseAlarmsNotDrained: { watches: age('RestraintReleases'), threshold: 120, missing: quiet },
      ReleaseAlarmsWorkerErrors: { watches: errors('ReleaseFn'), threshold: 2, missing: quiet },
      ReleaseAlarmsRecordErrors: { watches: records('release'), threshold: 2, missing: quiet },
      StopAlarmsDeadLetters: { watches: letters('StopDeadLetters'), threshold: 0, missing: 'ignore' },
      StopAlarmsNotDrained: { watches: age('Stops'), threshold: 120, missing: quiet },
      StopAlarmsWorkerErrors: { watches: errors('StopAgain'), threshold: 2, missing: quiet },
      StopAlarmsRecordErrors: { watches: records('stop-again'), threshold: 2, missing: quiet },
      LettersAlarmsDeadLetters: { watches: letters('LettersRedriveDeadLetters'), threshold: 0, missing: 'ignore' },
      LettersAlarmsNotDrained: { watches: age('LettersRedrives'), threshold: 120, missing: quiet },
      LettersAlarmsWorkerErrors: { watches: errors('LettersRedrive'), threshold: 2, missing: quiet },
      LettersAlarmsRecordErrors: { watches: records('redrive'), threshold: 2, missing: quiet },
      AlarmsServerErrors: {
        watches: ['Sum of AWS/ApiGateway 5XXError ApiName=lifeline Stage=ApiRestDeploymentStageapi over 300 s'],
        threshold: 0,
        missing: quiet,
      },
      AlarmsNoUsableChannel: {
        watches: ['Sum of Lifeline NoUsableChannel service=dispatch over 300 s'],
        threshold: 0,
        missing: quiet,
      },
      AlarmsCodesRefused: {
        watches: ['Sum of Lifeline CodeRefused service=verification over 300 s'],
        threshold: 9,
        missing: quiet,
      },
    });
  });

  it('ring at the first period above, and tell the topic so, and when it is over', () => {
    for (const { properties } of ofType('AWS::CloudWatch::Alarm')) {
      expect(properties).toMatchObject({
        ComparisonOperator: 'GreaterThanThreshold',
        EvaluationPeriods: 1,
        AlarmActions: [TOPIC],
        OKActions: [TOPIC],
      });
      expect(properties.DatapointsToAlarm ?? 1).toBe(1);
    }
  });

  it('cover every queue that dead letters end in', () => {
    const deadEnds = ofType('AWS::SQS::Queue').filter(({ properties }) => !properties.RedrivePolicy);
    const letters = Object.values(watched)
      .flatMap(({ watches }) => watches)
      .filter((one) => one.includes('MessagesVisible'));
    for (const { id } of deadEnds) expect(letters.join()).toContain(`QueueName=${shortId(id)} `);
  });

  it('cover every queue that is drained, and every function that drains one', () => {
    const all = Object.values(watched).flatMap(({ watches }) => watches);
    for (const { stack, properties } of ofType('AWS::Lambda::EventSourceMapping')) {
      const queue = shortId(target(properties.EventSourceArn, stack)?.id ?? '');
      const fn = shortId(target(properties.FunctionName, stack)?.id ?? '');
      expect(all).toContain(`Maximum of AWS/SQS ApproximateAgeOfOldestMessage QueueName=${queue} over 60 s`);
      expect(all).toContain(`Sum of AWS/Lambda Errors FunctionName=${fn} over 300 s`);
    }
  });

  it('tell nobody without a topic', () => {
    for (const { properties } of synth().ofType('AWS::CloudWatch::Alarm')) {
      expect([properties.AlarmActions, properties.OKActions]).toEqual([undefined, undefined]);
    }
  });
});

describe('the runbook', () => {
  const linked = ofType('AWS::CloudWatch::Alarm').map(({ id, properties }) => {
    const [, anchor] = / See docs\/runbook\.md#([\w-]+)$/.exec(properties.AlarmDescription) ?? [];
    return [shortId(id), anchor ?? 'no link', properties.AlarmDescription as string] as const;
  });

  it.each(linked)('%s links to a section that exists: %s', (_id, anchor) => {
    expect([...sections.keys()]).toContain(anchor);
  });

  it('has a section for each alarm alone, channels sharing theirs, and every alarm section has its alarm', () => {
    const shared = linked.filter(([, anchor]) => anchor.startsWith('channel-')).map(([, anchor]) => anchor);
    const own = linked.map(([, anchor]) => anchor).filter((anchor) => !shared.includes(anchor));
    expect(new Set(own).size).toBe(own.length);
    const anchors = [...own, ...new Set(shared)];
    expect(shared.length).toBe(CHANNELS.length * new Set(shared).size);
    const alarmed = [...sections].filter(([, text]) => text.includes('**The pager says**')).map(([anchor]) => anchor);
    expect(alarmed.sort()).toEqual(anchors.sort());
  });

  it.each(linked)('%s: %s quotes the alarm, and says how to look and what to do', (_id, anchor, description) => {
    const section = sections.get(anchor) ?? '';
    const says = description.replace(/ See docs.*$/, '');
    const quoted = anchor.startsWith('channel-')
      ? says.replace(/^(Email|SMS|Slack|Teams|Push|Voice)\b/, 'CHANNEL')
      : says;
    expect(section.replace(/\s+/g, ' ')).toContain(`**The pager says** ${quoted}`);
    for (const part of ['**What it means**', '**Look**', '**Do**']) expect(section).toContain(part);
    expect(section).toMatch(/^```sh$/m);
  });

  it.each(['a-page-shows-failed', 'provider-credentials'])('has %s', (anchor) => {
    for (const part of ['**Look**', '**Do**']) expect(sections.get(anchor)).toContain(part);
  });

  it('names only outputs, log groups and queues that the stacks have', () => {
    const { templates } = synth();
    const outputs = Object.values<Json>(templates).flatMap(({ Outputs = {} }) => Object.keys(Outputs));
    const used = [...runbook.matchAll(/\$\(out \w+ (\w+)\)/g)].map(([, name]) => name);
    const ofChannel = [...runbook.matchAll(/\$\(out \w+ "\$\{CHANNEL\}(\w+)"\)/g)].map(([, name]) => name);
    for (const channel of CHANNELS) expect(outputs).toEqual(expect.arrayContaining(ofChannel.map((n) => channel + n)));
    expect(used.length).toBeGreaterThan(3);
    expect(outputs).toEqual(expect.arrayContaining(used));
    const groups = ofType('AWS::Logs::LogGroup').map(({ properties }) => properties.LogGroupName);
    for (const [name] of runbook.matchAll(/\/lifeline\/[a-z-]+/g)) expect(groups).toContain(name);
  });
});
