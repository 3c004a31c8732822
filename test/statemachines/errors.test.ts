/** Retry and Catch, by the States Language. */
import { describe, expect, it } from 'vitest';
import { invoke, machine, machineWorld, output, run, thrower } from './world.ts';

describe('Retry', () => {
  const times = (calls: { at: number }[]) => calls.map(({ at }) => at);
  const failing = async (Retry: object[], errors: string[], over: object = {}) => {
    const world = machineWorld(
      machine({ A: invoke('work', { n: '{% $states.context.State.RetryCount %}' }, { Retry, End: true, ...over }) }),
      {
        functions: {
          work: () => {
            const error = errors.shift();
            if (error) thrower(error)();
            return 'done';
          },
        },
      },
    );
    const ended = await world.run();
    return {
      ...ended,
      times: times(world.calls),
      counts: world.calls.map(({ payload }) => (payload as { n: number }).n),
    };
  };
  const many = (error: string, count = 20) => Array<string>(count).fill(error);

  it('a Retry without settings tries three times more, after 1, 2 and 4 seconds, then fails with the error', async () => {
    expect(await failing([{ ErrorEquals: ['E'] }], many('E'))).toMatchObject({
      error: 'E',
      times: [0, 1, 3, 7],
      counts: [0, 1, 2, 3],
    });
  });

  it('keeps to IntervalSeconds, BackoffRate, MaxDelaySeconds and MaxAttempts', async () => {
    const Retry = [{ ErrorEquals: ['E'], IntervalSeconds: 2, BackoffRate: 3, MaxDelaySeconds: 10, MaxAttempts: 4 }];
    expect((await failing(Retry, many('E'))).times).toEqual([0, 2, 8, 18, 28]);
  });

  it('with JitterStrategy FULL waits a share of the interval', async () => {
    expect(
      (await failing([{ ErrorEquals: ['E'], IntervalSeconds: 4, JitterStrategy: 'FULL', MaxAttempts: 1 }], many('E')))
        .times,
    ).toEqual([0, 2]);
  });

  it('with MaxAttempts 0 never', async () => {
    const retry = [{ ErrorEquals: ['E'], MaxAttempts: 0 }, { ErrorEquals: ['States.ALL'] }];
    expect((await failing(retry, many('E'))).times).toEqual([0]);
  });

  it('counts for each retrier apart, and lets the first that names the error decide', async () => {
    const retry = [
      { ErrorEquals: ['E', 'F'], IntervalSeconds: 1, MaxAttempts: 1 },
      { ErrorEquals: ['States.ALL'], IntervalSeconds: 10, MaxAttempts: 2 },
    ];
    expect(await failing(retry, ['E', 'G', 'G'])).toMatchObject({ status: 'SUCCEEDED', times: [0, 1, 11, 31] });
    expect(await failing(retry, ['E', 'F'])).toMatchObject({ error: 'F', times: [0, 1] });
  });

  it('begins anew when the state is entered again', async () => {
    const errors = ['E', 'E', '', 'E', 'E'];
    const world = machineWorld(
      machine({
        A: invoke(
          'work',
          {},
          {
            Retry: [{ ErrorEquals: ['E'], IntervalSeconds: 1, BackoffRate: 1, MaxAttempts: 2 }],
            Output: {},
            Next: 'B',
          },
        ),
        B: {
          Type: 'Choice',
          Choices: [{ Condition: '{% $states.context.State.EnteredTime > "2026-11-22T03:00:03" %}', Next: 'C' }],
          Default: 'A',
        },
        C: { Type: 'Succeed' },
      }),
      {
        functions: {
          work: () => {
            const error = errors.shift();
            if (error) thrower(error)();
          },
        },
      },
    );
    expect(await world.run()).toMatchObject({ status: 'SUCCEEDED', seconds: 4 });
  });

  it.each([
    ['States.TaskFailed', 'Any', true],
    ['States.TaskFailed', 'States.Timeout', false],
    ['States.ALL', 'States.Timeout', true],
    ['States.ALL', 'States.DataLimitExceeded', false],
    ['States.ALL', 'States.Runtime', false],
    ['States.TaskFailed', 'States.Runtime', false],
    ['States.DataLimitExceeded', 'States.DataLimitExceeded', true],
  ])('%s for %s: %s', async (name, error, tried) => {
    const { times } = await failing([{ ErrorEquals: [name], MaxAttempts: 1 }], many(error));
    expect(times).toHaveLength(tried ? 2 : 1);
  });
});

describe('Catch', () => {
  const caught = (Catch: object[], error: string, over: object = {}) =>
    run(
      {
        A: invoke('work', {}, { Catch, Next: 'End', ...over }),
        B: {
          Type: 'Pass',
          Output: { at: 'B', got: '{% $states.input %}', v: '{% $exists($v) ? $v : "unset" %}' },
          End: true,
        },
        C: { Type: 'Pass', Output: { at: 'C', got: '{% $states.input %}' }, End: true },
        End: { Type: 'Succeed' },
      },
      {},
      { work: thrower(error, 'why') },
    );

  it('hands the error output to the first catcher that names the error', async () => {
    const { output } = await caught(
      [
        { ErrorEquals: ['E'], Next: 'C' },
        { ErrorEquals: ['States.ALL'], Next: 'B', Assign: { v: 1 } },
      ],
      'E',
    );
    expect(output).toMatchObject({ at: 'C', got: { Error: 'E' } });
    expect((output as { got: { Cause: string } }).got.Cause).toContain('why');
  });

  it('takes Assign and Output from it, which see $states.errorOutput', async () => {
    const catcher = {
      ErrorEquals: ['States.TaskFailed'],
      Next: 'B',
      Assign: { v: '{% $states.errorOutput.Error %}' },
      Output: { was: '{% $states.errorOutput.Error %}', input: '{% $states.input %}' },
      Comment: 'c',
    };
    const { output } = await caught([{ ErrorEquals: ['X'], Next: 'C' }, catcher], 'E');
    expect(output).toEqual({ at: 'B', got: { was: 'E', input: {} }, v: 'E' });
  });

  it('comes after Retry has given up', async () => {
    const over = { Retry: [{ ErrorEquals: ['E'], IntervalSeconds: 5, MaxAttempts: 1 }] };
    expect(
      await caught(
        [
          { ErrorEquals: ['E'], Next: 'C' },
          { ErrorEquals: ['States.ALL'], Next: 'B', Assign: { v: 1 } },
        ],
        'E',
        over,
      ),
    ).toMatchObject({ seconds: 5, output: { at: 'C' } });
  });

  it('catches a failed expression of the state, and none of its own', async () => {
    const catcher = { ErrorEquals: ['States.QueryEvaluationError'], Next: 'B', Assign: { v: 1 } };
    const states = (over: object) => ({
      A: invoke('work', {}, { Output: '{% $states.result.Payload.no %}', Next: 'B', Catch: [{ ...catcher, ...over }] }),
      B: { Type: 'Pass', Output: '{% $states.input.Error %}', End: true },
    });
    expect(await output(states({}), {}, { work: () => ({}) })).toBe('States.QueryEvaluationError');
    expect(await run(states({ Output: '{% $states.errorOutput.no %}' }), {}, { work: () => ({}) })).toMatchObject({
      status: 'FAILED',
      error: 'States.QueryEvaluationError',
    });
  });
});
