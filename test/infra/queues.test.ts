import { describe, expect, it } from 'vitest';
import { FIXED } from '../../lambdas/core/rules.ts';
import { type Resource, synth } from './synth.ts';

const built = synth({ laneConcurrency: '7' });
const { functions, ofType, resourceOf, target } = built;

const queues = ofType('AWS::SQS::Queue');
const shortId = (resource: Resource | undefined) => resource?.id.replace(/[0-9A-F]{8}$/, '') ?? '';
const entryOf = (id: string | undefined) => functions.find((fn) => resourceOf(fn).id === id)?.entry;
const mappings = ofType('AWS::Lambda::EventSourceMapping').map(({ stack, properties }) => ({
  queue: target(properties.EventSourceArn, stack) as Resource,
  worker: target(properties.FunctionName, stack) as Resource,
  properties,
}));

/** Queue → where its messages go after too many receives. */
const CHANNELS = ['Email', 'Sms', 'Slack', 'Teams', 'Push', 'Voice'];
const DEAD_LETTERS: Record<string, string> = {
  ...Object.assign(
    {},
    ...CHANNELS.map((one) => ({ [`${one}Urgent`]: `${one}DeadLetters`, [`${one}Normal`]: `${one}DeadLetters` })),
  ),
  Looks: 'LookDeadLetters',
  Alerts: 'AlertDeadLetters',
  InboundTexts: 'InboundTextDeadLetters',
  ReceiptChecks: 'ReceiptCheckDeadLetters',
  Stops: 'StopDeadLetters',
  RestraintReleases: 'RestraintReleaseDeadLetters',
  HealthChecks: 'HealthDeadLetters',
  EventsWebhooks: 'EventsWebhookDeadLetters',
  SesEventsQueue: 'SesEventsDeadLetters',
  SnsSmsLogQueue: 'SnsSmsLogDeadLetters',
  LettersRedrives: 'LettersRedriveDeadLetters',
};

describe('event source mappings', () => {
  it('bring each queue to its worker, as many batches at once as configured', () => {
    const wired = mappings.map(({ queue, worker, properties }) => [
      shortId(queue),
      entryOf(worker.id),
      properties.ScalingConfig,
    ]);
    const wanted = [
      ['HealthChecks', 'provider-health/health-check', { MaximumConcurrency: 2 }],
      ['LettersRedrives', 'api/redrive', { MaximumConcurrency: 2 }],
      ['InboundTexts', 'replies/inbound-sweep', { MaximumConcurrency: 2 }],
      ['ReceiptChecks', 'receipts/receipt-check', { MaximumConcurrency: 5 }],
      ...CHANNELS.flatMap((one) =>
        ['Normal', 'Urgent'].map((lane) => [
          `${one}${lane}`,
          `delivery/${one.toLowerCase()}-worker`,
          { MaximumConcurrency: 7 },
        ]),
      ),
      ['EventsWebhooks', 'events/webhooks', { MaximumConcurrency: 20 }],
      ['SesEventsQueue', 'receipts/ses-events', { MaximumConcurrency: 5 }],
      ['SnsSmsLogQueue', 'receipts/sns-sms-log', { MaximumConcurrency: 2 }],
      ['Alerts', 'alerts/alerts', { MaximumConcurrency: 2 }],
      ['Looks', 'escalation/escalation-check', { MaximumConcurrency: 20 }],
      ['Stops', 'replies/propagate-answer', { MaximumConcurrency: 5 }],
      ['RestraintReleases', 'suppression/release', { MaximumConcurrency: 5 }],
    ];
    expect(wired.sort()).toEqual(wanted.sort());
  });

  it.each(mappings.map((one) => [shortId(one.queue), one] as const))(
    '%s: ten at a time, each failing alone, none throttled into the dead letters',
    (_name, { properties, worker }) => {
      expect(properties.BatchSize).toBe(10);
      expect(properties.FunctionResponseTypes).toEqual(['ReportBatchItemFailures']);
      expect(properties.ScalingConfig.MaximumConcurrency).toBeGreaterThanOrEqual(2);
      expect(properties.MaximumBatchingWindowInSeconds ?? 0).toBe(0);
      expect(properties.Enabled ?? true).toBe(true);
      expect(properties.FilterCriteria).toBeUndefined();
      expect(worker.properties).not.toHaveProperty('ReservedConcurrentExecutions');
    },
  );

  it.each(mappings.map((one) => [shortId(one.queue), one] as const))(
    '%s: hidden for six times as long as its worker may take, which ends within the lease',
    (_name, { queue, worker }) => {
      expect(queue.properties.VisibilityTimeout).toBeGreaterThanOrEqual(6 * worker.properties.Timeout);
      expect(worker.properties.Timeout * 1_000).toBeLessThan(FIXED.lease);
    },
  );
});

describe('queues', () => {
  it('are these', () => {
    expect(queues.map(shortId).sort()).toEqual([...new Set(Object.entries(DEAD_LETTERS).flat())].sort());
  });

  it('give up after 200 receives, which are five hours, to their own dead letters', () => {
    expect(200 * FIXED.queueVisibility).toBe(5 * 3_600_000);
    const redriven = queues.flatMap((queue) => {
      const policy = queue.properties.RedrivePolicy;
      if (!policy) return [];
      expect(policy.maxReceiveCount).toBe(200);
      expect(queue.properties.VisibilityTimeout).toBe(FIXED.queueVisibility / 1_000);
      return [[shortId(queue), shortId(target(policy.deadLetterTargetArn, queue.stack))]];
    });
    expect(Object.fromEntries(redriven)).toEqual(DEAD_LETTERS);
  });

  it.each(queues.map((queue) => [shortId(queue), queue] as const))(
    '%s keeps messages for 14 days, encrypted, and stays when its stack goes',
    (_name, { properties, deletionPolicy, updateReplacePolicy }) => {
      expect(properties.MessageRetentionPeriod).toBe(14 * 24 * 3_600);
      expect(properties.SqsManagedSseEnabled).toBe(true);
      expect(properties.DelaySeconds ?? 0).toBe(0);
      expect(properties).not.toHaveProperty('FifoQueue');
      expect([deletionPolicy, updateReplacePolicy]).toEqual(['RetainExceptOnCreate', 'Retain']);
    },
  );
});
