import { describe, expect, it } from 'vitest';
import { type Json, synth } from './synth.ts';

const TOPIC = 'arn:aws:sns:us-east-1:123456789012:oncall';
const { ofType, target } = synth({ alarmTopicArn: TOPIC });

const CHANNELS = ['Email', 'Sms', 'Slack', 'Teams', 'Push', 'Voice'];

const shortId = (id: string) => id.replace(/[0-9A-F]{8}$/, '');

/** Alarm → what it watches, over how long, above what. */
const watched = Object.fromEntries(
  ofType('AWS::CloudWatch::Alarm').map(({ stack, id, properties }) => {
    const described = ({ Statistic, Namespace, MetricName, Dimensions = [], Period }: Json) => {
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
    const dropped = (fn: string) => [`Sum of AWS/Lambda AsyncEventsDropped FunctionName=${fn} over 300 s`];
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
      EscalationLookAlarmsRecordErrors: { watches: records('escalation-check'), threshold: 2, missing: quiet },
      EscalationAlarmsFailed: {
        watches: ['Sum of AWS/States ExecutionsFailed StateMachineArn=EscalationMachine over 300 s'],
        threshold: 0,
        missing: quiet,
      },
      ...Object.fromEntries(
        ['TimedOut', 'Aborted', 'Throttled'].map((end) => [
          `EscalationAlarms${end}`,
          {
            watches: [
              `Sum of AWS/States Execution${end === 'Throttled' ? '' : 's'}${end} StateMachineArn=EscalationMachine over 300 s`,
            ],
            threshold: 0,
            missing: quiet,
          },
        ]),
      ),
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
      OperationsAlarmsNotReached: {
        watches: counted('OperationsNotReached', 'alerts'),
        threshold: 0,
        missing: quiet,
      },
      InboundSweepAlarmsDeadLetters: {
        watches: letters('InboundTextDeadLetters'),
        threshold: 0,
        missing: 'ignore',
      },
      InboundSweepAlarmsNotDrained: { watches: age('InboundTexts'), threshold: 120, missing: quiet },
      InboundSweepAlarmsWorkerErrors: { watches: errors('InboundSweepFn'), threshold: 2, missing: quiet },
      InboundSweepAlarmsRecordErrors: { watches: records('inbound-sweep'), threshold: 2, missing: quiet },
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
      SnsSmsLogAlarmsDeadLetters: { watches: letters('SnsSmsLogDeadLetters'), threshold: 0, missing: 'ignore' },
      SnsSmsLogAlarmsNotDrained: { watches: age('SnsSmsLogQueue'), threshold: 120, missing: quiet },
      SnsSmsLogAlarmsWorkerErrors: { watches: errors('SnsSmsLogFn'), threshold: 2, missing: quiet },
      SnsSmsLogAlarmsRecordErrors: { watches: records('sns-sms-log'), threshold: 2, missing: quiet },
      SnsSmsLogAsyncAlarmsNotKept: {
        watches: ['Sum of AWS/Lambda DestinationDeliveryFailures FunctionName=SnsSmsLogFn over 300 s'],
        threshold: 0,
        missing: quiet,
      },
      InboundSweepAsyncAlarmsDropped: { watches: dropped('InboundSweepFn'), threshold: 0, missing: quiet },
      ContactSweepAsyncAlarmsDropped: { watches: dropped('ContactSweepFn'), threshold: 0, missing: quiet },
      ReceiptCheckAsyncAlarmsDropped: { watches: dropped('ReceiptCheckFn'), threshold: 0, missing: quiet },
      ReleaseAsyncAlarmsDropped: { watches: dropped('ReleaseFn'), threshold: 2, missing: quiet },
      AsyncAlarmsDropped: { watches: dropped('HealthCheck'), threshold: 2, missing: quiet },
      AsyncAlarmsLoopStopped: {
        watches: ['SELECT SUM(RecursiveInvocationsDropped) FROM SCHEMA("AWS/Lambda", FunctionName)'],
        threshold: 0,
        missing: quiet,
      },
      AsyncAlarmsThrottled: { watches: ['Sum of AWS/Lambda Throttles  over 300 s'], threshold: 0, missing: quiet },
      WebhooksAlarmsDeadLetters: { watches: letters('EventsWebhookDeadLetters'), threshold: 0, missing: 'ignore' },
      WebhooksAlarmsNotDrained: { watches: age('EventsWebhooks'), threshold: 120, missing: quiet },
      WebhooksAlarmsWorkerErrors: { watches: errors('WebhooksFn'), threshold: 2, missing: quiet },
      WebhooksAlarmsRecordErrors: { watches: records('webhooks'), threshold: 2, missing: quiet },
      ProviderAlarmsUnknownCode: {
        watches: counted('UnknownProviderCode', 'providers'),
        threshold: 0,
        missing: quiet,
      },
      VersionAlarmsLeftToNewer: { watches: counted('LeftToNewer', 'versions'), threshold: 0, missing: quiet },
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
      AlarmsProviderLimited: {
        watches: ['Sum of Lifeline ProviderLimited service=health-check over 1800 s'],
        threshold: 10,
        missing: quiet,
      },
      AlarmsNoUsableProvider: { watches: counted('NoUsableProvider', 'health-check'), threshold: 1, missing: quiet },
      ReleaseAlarmsDeadLetters: { watches: letters('RestraintReleaseDeadLetters'), threshold: 0, missing: 'ignore' },
      ReleaseAlarmsNotDrained: { watches: age('RestraintReleases'), threshold: 120, missing: quiet },
      ReleaseAlarmsWorkerErrors: { watches: errors('ReleaseFn'), threshold: 2, missing: quiet },
      ReleaseAlarmsRecordErrors: { watches: records('release'), threshold: 2, missing: quiet },
      StopAlarmsDeadLetters: { watches: letters('StopDeadLetters'), threshold: 0, missing: 'ignore' },
      StopAlarmsNotDrained: { watches: age('Stops'), threshold: 120, missing: quiet },
      StopAlarmsWorkerErrors: { watches: errors('StopAgain'), threshold: 2, missing: quiet },
      StopAlarmsRecordErrors: { watches: records('propagate-answer'), threshold: 2, missing: quiet },
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
