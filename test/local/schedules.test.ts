import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { AsyncOutcome } from '../../local/cloud/lambda/async-invoke.ts';
import { createSchedules, type ScheduleSpec, scheduleSpec } from '../../local/cloud/schedules.ts';
import { localNames } from '../../local/cloud/template/names.ts';
import { createResolver } from '../../local/cloud/template/resolver.ts';
import { toStack } from '../../local/cloud/template/template.ts';
import { until } from './helpers.ts';

const names = localNames({ sqsUrl: 'http://127.0.0.1:1', issuer: 'http://127.0.0.1:2', clientIds: [] });

/** The schedule as the construct writes it, with changes. */
function read(changes: object = {}, target: object = {}): ScheduleSpec {
  const stack = toStack('Health', {
    Resources: {
      Check: { Type: 'AWS::Lambda::Function' },
      Letters: { Type: 'AWS::SQS::Queue' },
      Role: { Type: 'AWS::IAM::Role' },
      Every: {
        Type: 'AWS::Scheduler::Schedule',
        Properties: {
          Description: 'words',
          FlexibleTimeWindow: { Mode: 'OFF' },
          ScheduleExpression: 'rate(1 minute)',
          Target: {
            Arn: { 'Fn::GetAtt': ['Check', 'Arn'] },
            RoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] },
            Input: '{"a":1}',
            RetryPolicy: { MaximumEventAgeInSeconds: 60, MaximumRetryAttempts: 10 },
            DeadLetterConfig: { Arn: { 'Fn::GetAtt': ['Letters', 'Arn'] } },
            ...target,
          },
          ...changes,
        },
      },
    },
  });
  const schedule = stack.resources.get('Every');
  if (!schedule) throw new Error('no schedule');
  return scheduleSpec(schedule, createResolver([stack], names));
}

describe('a schedule of the template', () => {
  it.each([
    ['rate(1 minute)', 60_000],
    ['rate(5 minutes)', 300_000],
    ['rate(1 hour)', 3_600_000],
    ['rate(2 days)', 172_800_000],
  ])('%s', (ScheduleExpression, everyMs) => {
    const functionArn = 'arn:aws:lambda:us-east-1:000000000000:function:Health-Check';
    expect(read({ ScheduleExpression })).toEqual({ functionArn, everyMs, input: '{"a":1}' });
  });

  it.each([
    ['a cron expression', { ScheduleExpression: 'cron(0 10 * * ? *)' }, {}, /only rates are known/],
    ['a single time', { ScheduleExpression: 'at(2026-11-22T10:00:00)' }, {}, /only rates are known/],
    ['a time window', { FlexibleTimeWindow: { Mode: 'FLEXIBLE' } }, {}, /FlexibleTimeWindow/],
    ['a start date', { StartDate: '2026-11-22T10:00:00Z' }, {}, /StartDate/],
    ['one that is switched off', { State: 'DISABLED' }, {}, /State/],
    ['another target than a function', {}, { Arn: 'arn:aws:sqs:us-east-1:000000000000:q' }, /Target\.Arn/],
    ['a target of its own kind', {}, { SqsParameters: {} }, /SqsParameters/],
  ])('is refused by its name with %s', (_, changes, target, message) => {
    expect(() => read(changes, target)).toThrow(message);
    expect(() => read(changes, target)).toThrow(/Health\/Every/);
  });
});

describe('schedules', () => {
  /** Runs of a function, and how it ends each. */
  function running(
    spec: Partial<ScheduleSpec>,
    speed: number,
    invoke: () => Promise<AsyncOutcome> = async () => 'succeeded',
    shortestMs = 1,
  ) {
    const events: unknown[] = [];
    const lambda = {
      knows: (arn: string) => arn === 'arn',
      invoke(_arn: string, event: unknown) {
        events.push(event);
        return invoke();
      },
    };
    const schedules = createSchedules(
      [{ functionArn: 'arn', everyMs: 60_000, input: '{}', ...spec }],
      lambda,
      speed,
      shortestMs,
    );
    onTestFinished(() => schedules.stop());
    return { events, ...schedules };
  }

  it('run once before the start is over, whatever comes of it', async () => {
    const { events, firstRuns } = running({ input: '{"a":1}' }, 1, async () => 'dropped');
    await firstRuns();
    expect(events).toEqual([{ a: 1 }]);
  });

  it('run again and again, as many times faster as the run is, also after a run that failed', async () => {
    const { events, start } = running({}, 600, async () => 'dropped');
    const started = Date.now();
    start();
    await until('it ran twice', () => events.length === 2);
    expect(Date.now() - started).toBeGreaterThanOrEqual(195);
  });

  it('do not pile up at a high speed', async () => {
    const { events, start } = running({}, 1_000_000, async () => 'succeeded', 200);
    const started = Date.now();
    start();
    await sleep(500);
    expect(events.length).toBeLessThanOrEqual((Date.now() - started) / 200);
  });

  it('stop at once, and wait for a run in flight', async () => {
    const { promise, resolve } = Promise.withResolvers<AsyncOutcome>();
    const { events, start, stop } = running({}, 6_000, () => promise);
    start();
    await until('it runs', () => events.length === 1);
    let stopped = false;
    const stopping = stop().then(() => {
      stopped = true;
    });
    await sleep(50);
    expect(stopped).toBe(false);
    resolve('succeeded');
    await stopping;
    expect(events).toHaveLength(1);
  });

  it('refuse a function that no template declares', () => {
    const spec = { functionArn: 'arn:other', everyMs: 60_000, input: '{}' };
    const lambda = { knows: () => false, invoke: async () => 'succeeded' as const };
    expect(() => createSchedules([spec], lambda, 1)).toThrow(/arn:other.*no template declares/);
  });
});
