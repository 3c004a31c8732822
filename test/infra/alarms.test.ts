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
    const taskTokens = (properties.Metrics ?? [properties]).map(({ Expression, MetricStat, ...plain }: Json) =>
      MetricStat
        ? described({ ...MetricStat.Metric, Statistic: MetricStat.Stat, Period: MetricStat.Period })
        : (Expression ?? described(plain)),
    );
    return [shortId(id), { taskTokens, threshold: properties.Threshold, missing: properties.TreatMissingData }];
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
        [`${id}AlarmsDeadLetters`]: { taskTokens: letters(`${name}DeadLetters`), threshold: 0, missing: 'ignore' },
        [`${id}AlarmsUrgentNotDrained`]: { taskTokens: age(`${name}Urgent`), threshold: 120, missing: quiet },
        [`${id}AlarmsNormalNotDrained`]: { taskTokens: age(`${name}Normal`), threshold: 120, missing: quiet },
        [`${id}AlarmsWorkerErrors`]: { taskTokens: errors(`${id}Fn`), threshold: 2, missing: quiet },
        [`${id}AlarmsRecordErrors`]: { taskTokens: records(worker), threshold: 2, missing: quiet },
        [`${id}DeliveryAlarmsCircuitOpened`]: {
          taskTokens: counted('CircuitOpened', worker),
          threshold: 0,
          missing: quiet,
        },
        [`${id}DeliveryAlarmsDeferred`]: { taskTokens: counted('Deferred', worker), threshold: 0, missing: quiet },
      };
    };
    expect(watched).toEqual({
      ...Object.assign({}, ...CHANNELS.map(ofChannel)),
      EscalationLookAlarmsDeadLetters: { taskTokens: letters('LookDeadLetters'), threshold: 0, missing: 'ignore' },
      EscalationLookAlarmsNotDrained: { taskTokens: age('Looks'), threshold: 120, missing: quiet },
      EscalationLookAlarmsWorkerErrors: { taskTokens: errors('EscalationLook'), threshold: 2, missing: quiet },
      EscalationLookAlarmsRecordErrors: { taskTokens: records('escalation-check'), threshold: 2, missing: quiet },
      EscalationAlarmsFailed: {
        taskTokens: ['Sum of AWS/States ExecutionsFailed StateMachineArn=EscalationMachine over 300 s'],
        threshold: 0,
        missing: quiet,
      },
      ...Object.fromEntries(
        ['TimedOut', 'Aborted', 'Throttled'].map((end) => [
          `EscalationAlarms${end}`,
          {
            taskTokens: [
              `Sum of AWS/States Execution${end === 'Throttled' ? '' : 's'}${end} StateMachineArn=EscalationMachine over 300 s`,
            ],
            threshold: 0,
            missing: quiet,
          },
        ]),
      ),
      EscalationAlarmsStepErrors: { taskTokens: errors('EscalationEscalate'), threshold: 2, missing: quiet },
      OperationsQueueAlarmsDeadLetters: { taskTokens: letters('AlertDeadLetters'), threshold: 0, missing: 'ignore' },
      OperationsQueueAlarmsNotDrained: { taskTokens: age('Alerts'), threshold: 120, missing: quiet },
      OperationsQueueAlarmsWorkerErrors: { taskTokens: errors('OperationsAlerts'), threshold: 2, missing: quiet },
      OperationsQueueAlarmsRecordErrors: { taskTokens: records('alerts'), threshold: 2, missing: quiet },
      OperationsAlarmsFailed: { taskTokens: counted('PagesFailed', 'alerts'), threshold: 0, missing: quiet },
      OperationsAlarmsFailedByMailAndText: {
        taskTokens: counted('PagesFailedByMailAndText', 'alerts'),
        threshold: 0,
        missing: quiet,
      },
      OperationsAlarmsExhausted: { taskTokens: counted('PagesExhausted', 'alerts'), threshold: 0, missing: quiet },
      OperationsAlarmsNotPassedOn: { taskTokens: counted('PagesNotPassedOn', 'alerts'), threshold: 0, missing: quiet },
      OperationsAlarmsNotReached: {
        taskTokens: counted('OperationsNotReached', 'alerts'),
        threshold: 0,
        missing: quiet,
      },
      InboundSweepAlarmsDeadLetters: {
        taskTokens: letters('InboundTextDeadLetters'),
        threshold: 0,
        missing: 'ignore',
      },
      InboundSweepAlarmsNotDrained: { taskTokens: age('InboundTexts'), threshold: 120, missing: quiet },
      InboundSweepAlarmsWorkerErrors: { taskTokens: errors('InboundSweepFn'), threshold: 2, missing: quiet },
      InboundSweepAlarmsRecordErrors: { taskTokens: records('inbound-sweep'), threshold: 2, missing: quiet },
      ReceiptCheckAlarmsDeadLetters: {
        taskTokens: letters('ReceiptCheckDeadLetters'),
        threshold: 0,
        missing: 'ignore',
      },
      ReceiptCheckAlarmsNotDrained: { taskTokens: age('ReceiptChecks'), threshold: 120, missing: quiet },
      ReceiptCheckAlarmsWorkerErrors: { taskTokens: errors('ReceiptCheckFn'), threshold: 2, missing: quiet },
      ReceiptCheckAlarmsRecordErrors: { taskTokens: records('receipt-check'), threshold: 2, missing: quiet },
      ReceiptCheckReceiptAlarmsMissing: {
        taskTokens: counted('MissingReceipt', 'receipt-check'),
        threshold: 0,
        missing: quiet,
      },
      SesEventsAlarmsDeadLetters: { taskTokens: letters('SesEventsDeadLetters'), threshold: 0, missing: 'ignore' },
      SesEventsAlarmsNotDrained: { taskTokens: age('SesEventsQueue'), threshold: 120, missing: quiet },
      SesEventsAlarmsWorkerErrors: { taskTokens: errors('SesEventsFn'), threshold: 2, missing: quiet },
      SesEventsAlarmsRecordErrors: { taskTokens: records('ses-events'), threshold: 2, missing: quiet },
      SnsSmsLogAlarmsDeadLetters: { taskTokens: letters('SnsSmsLogDeadLetters'), threshold: 0, missing: 'ignore' },
      SnsSmsLogAlarmsNotDrained: { taskTokens: age('SnsSmsLogQueue'), threshold: 120, missing: quiet },
      SnsSmsLogAlarmsWorkerErrors: { taskTokens: errors('SnsSmsLogFn'), threshold: 2, missing: quiet },
      SnsSmsLogAlarmsRecordErrors: { taskTokens: records('sns-sms-log'), threshold: 2, missing: quiet },
      SnsSmsLogAsyncAlarmsNotKept: {
        taskTokens: ['Sum of AWS/Lambda DestinationDeliveryFailures FunctionName=SnsSmsLogFn over 300 s'],
        threshold: 0,
        missing: quiet,
      },
      InboundSweepAsyncAlarmsDropped: { taskTokens: dropped('InboundSweepFn'), threshold: 0, missing: quiet },
      ContactSweepAsyncAlarmsDropped: { taskTokens: dropped('ContactSweepFn'), threshold: 0, missing: quiet },
      ReceiptCheckAsyncAlarmsDropped: { taskTokens: dropped('ReceiptCheckFn'), threshold: 0, missing: quiet },
      ReleaseAsyncAlarmsDropped: { taskTokens: dropped('ReleaseFn'), threshold: 2, missing: quiet },
      AsyncAlarmsDropped: { taskTokens: dropped('HealthCheck'), threshold: 2, missing: quiet },
      AsyncAlarmsLoopStopped: {
        taskTokens: ['SELECT SUM(RecursiveInvocationsDropped) FROM SCHEMA("AWS/Lambda", FunctionName)'],
        threshold: 0,
        missing: quiet,
      },
      AsyncAlarmsThrottled: { taskTokens: ['Sum of AWS/Lambda Throttles  over 300 s'], threshold: 0, missing: quiet },
      WebhooksAlarmsDeadLetters: { taskTokens: letters('EventsWebhookDeadLetters'), threshold: 0, missing: 'ignore' },
      WebhooksAlarmsNotDrained: { taskTokens: age('EventsWebhooks'), threshold: 120, missing: quiet },
      WebhooksAlarmsWorkerErrors: { taskTokens: errors('WebhooksFn'), threshold: 2, missing: quiet },
      WebhooksAlarmsRecordErrors: { taskTokens: records('webhooks'), threshold: 2, missing: quiet },
      ProviderAlarmsUnknownCode: {
        taskTokens: counted('UnknownProviderCode', 'providers'),
        threshold: 0,
        missing: quiet,
      },
      VersionAlarmsLeftToNewer: { taskTokens: counted('LeftToNewer', 'versions'), threshold: 0, missing: quiet },
      WebhooksEventAlarmsLost: { taskTokens: counted('EventLost', 'events'), threshold: 0, missing: quiet },
      QueueAlarmsDeadLetters: { taskTokens: letters('HealthDeadLetters'), threshold: 0, missing: 'ignore' },
      QueueAlarmsNotDrained: { taskTokens: age('HealthChecks'), threshold: 120, missing: quiet },
      QueueAlarmsWorkerErrors: { taskTokens: errors('HealthCheck'), threshold: 2, missing: quiet },
      QueueAlarmsRecordErrors: { taskTokens: records('health-check'), threshold: 2, missing: quiet },
      AlarmsNotChecked: {
        taskTokens: ['10 - checks', ...counted('HealthChecked', 'health-check')],
        threshold: 5,
        missing: 'breaching',
      },
      AlarmsAccountRefused: { taskTokens: counted('CircuitOpened', 'health-check'), threshold: 0, missing: quiet },
      AlarmsProviderLimited: {
        taskTokens: ['Sum of Lifeline ProviderLimited service=health-check over 1800 s'],
        threshold: 10,
        missing: quiet,
      },
      AlarmsNoUsableProvider: { taskTokens: counted('NoUsableProvider', 'health-check'), threshold: 1, missing: quiet },
      ReleaseAlarmsDeadLetters: { taskTokens: letters('RestraintReleaseDeadLetters'), threshold: 0, missing: 'ignore' },
      ReleaseAlarmsNotDrained: { taskTokens: age('RestraintReleases'), threshold: 120, missing: quiet },
      ReleaseAlarmsWorkerErrors: { taskTokens: errors('ReleaseFn'), threshold: 2, missing: quiet },
      ReleaseAlarmsRecordErrors: { taskTokens: records('release'), threshold: 2, missing: quiet },
      StopAlarmsDeadLetters: { taskTokens: letters('StopDeadLetters'), threshold: 0, missing: 'ignore' },
      StopAlarmsNotDrained: { taskTokens: age('Stops'), threshold: 120, missing: quiet },
      StopAlarmsWorkerErrors: { taskTokens: errors('StopAgain'), threshold: 2, missing: quiet },
      StopAlarmsRecordErrors: { taskTokens: records('stop-again'), threshold: 2, missing: quiet },
      LettersAlarmsDeadLetters: { taskTokens: letters('LettersRedriveDeadLetters'), threshold: 0, missing: 'ignore' },
      LettersAlarmsNotDrained: { taskTokens: age('LettersRedrives'), threshold: 120, missing: quiet },
      LettersAlarmsWorkerErrors: { taskTokens: errors('LettersRedrive'), threshold: 2, missing: quiet },
      LettersAlarmsRecordErrors: { taskTokens: records('redrive'), threshold: 2, missing: quiet },
      AlarmsServerErrors: {
        taskTokens: ['Sum of AWS/ApiGateway 5XXError ApiName=lifeline Stage=ApiRestDeploymentStageapi over 300 s'],
        threshold: 0,
        missing: quiet,
      },
      AlarmsNoUsableChannel: {
        taskTokens: ['Sum of Lifeline NoUsableChannel service=dispatch over 300 s'],
        threshold: 0,
        missing: quiet,
      },
      AlarmsCodesRefused: {
        taskTokens: ['Sum of Lifeline CodeRefused service=verification over 300 s'],
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
      .flatMap(({ taskTokens }) => taskTokens)
      .filter((one) => one.includes('MessagesVisible'));
    for (const { id } of deadEnds) expect(letters.join()).toContain(`QueueName=${shortId(id)} `);
  });

  it('cover every queue that is drained, and every function that drains one', () => {
    const all = Object.values(watched).flatMap(({ taskTokens }) => taskTokens);
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
