/** Parallel and Map, by the States Language. */
import { describe, expect, it } from 'vitest';
import { invoke, machine, machineWorld, output, run, thrower } from './world.ts';

describe('Parallel', () => {
  const branch = (StartAt: string, state: object) => ({ StartAt, States: { [StartAt]: state } });

  it('gives every branch its input, and yields their outputs in order when the last is done', async () => {
    const states = {
      P: {
        Type: 'Parallel',
        Branches: [
          branch('Slow', { Type: 'Wait', Seconds: 10, Output: { slow: '{% $states.input.n %}' }, End: true }),
          branch('Fast', { Type: 'Pass', Output: { fast: '{% $states.input.n %}' }, End: true }),
        ],
        Assign: { all: '{% $states.result %}' },
        Next: 'B',
      },
      B: { Type: 'Pass', Output: { input: '{% $states.input %}', all: '{% $count($all) %}' }, End: true },
    };
    expect(await run(states, { n: 1 })).toEqual({
      status: 'SUCCEEDED',
      output: { input: [{ slow: 1 }, { fast: 1 }], all: 2 },
      seconds: 10,
    });
  });

  it('gives them its Arguments instead, and its Output sees the result', async () => {
    const states = {
      P: {
        Type: 'Parallel',
        Arguments: { n: '{% $states.input.n + 1 %}' },
        Branches: [branch('A', { Type: 'Pass', End: true })],
        Output: '{% $states.result.n %}',
        End: true,
      },
    };
    expect(await output(states, { n: 1 })).toBe(2);
  });

  it('lets branches read the variables around them, and keeps theirs to themselves', async () => {
    const states = {
      V: { Type: 'Pass', Assign: { outer: 1 }, Next: 'P' },
      P: {
        Type: 'Parallel',
        Branches: [1, 2].map((n) => ({
          StartAt: `A${n}`,
          States: {
            [`A${n}`]: { Type: 'Pass', Assign: { inner: `{% $outer + ${n} %}` }, Next: `B${n}` },
            [`B${n}`]: { Type: 'Pass', Output: '{% $inner %}', End: true },
          },
        })),
        End: true,
      },
    };
    expect(await output(states)).toEqual([2, 3]);
  });

  it('fails with the first branch that fails, which ends the others; Retry starts all anew, Catch follows', async () => {
    const world = machineWorld(
      machine({
        P: {
          Type: 'Parallel',
          Branches: [
            { StartAt: 'W', States: { W: { Type: 'Wait', Seconds: 5, Next: 'X' }, X: invoke('bad') } },
            { StartAt: 'L', States: { L: { Type: 'Wait', Seconds: 6, Next: 'Y' }, Y: invoke('never') } },
          ],
          Retry: [{ ErrorEquals: ['E'], IntervalSeconds: 10, MaxAttempts: 1 }],
          Catch: [{ ErrorEquals: ['E'], Next: 'B' }],
          Next: 'B',
        },
        B: { Type: 'Pass', Output: '{% $states.input.Error %}', End: true },
      }),
      { functions: { bad: thrower('E'), never: () => null } },
    );
    expect(await world.run()).toEqual({ status: 'SUCCEEDED', output: 'E', seconds: 20 });
    expect(world.calls.map(({ arn, at }) => [arn.split(':').at(-1), at])).toEqual([
      ['bad', 5],
      ['bad', 20],
    ]);
  });

  it('a Parallel state is failed by a Fail state in a branch', async () => {
    const states = {
      P: {
        Type: 'Parallel',
        Branches: [
          branch('F', { Type: 'Fail', Error: 'F', Cause: 'c' }),
          branch('W', { Type: 'Wait', Seconds: 9, End: true }),
        ],
        End: true,
      },
    };
    expect(await run(states)).toEqual({ status: 'FAILED', error: 'F', cause: 'c', seconds: 0 });
  });
});

describe('Map', () => {
  const map = (state: object, over: object = {}) => ({
    M: {
      Type: 'Map',
      ItemProcessor: { ProcessorConfig: { Mode: 'INLINE' }, StartAt: 'I', States: { I: state } },
      End: true,
      ...over,
    },
  });
  const echo = { Type: 'Pass', End: true };

  it('runs its processor for each of Items, or of its input, and yields the outputs in order', async () => {
    const add = { Type: 'Pass', Output: '{% $states.input + 1 %}', End: true };
    expect(await output(map(add), [1, 2, 3])).toEqual([2, 3, 4]);
    expect(await output(map(add, { Items: '{% $states.input.list %}' }), { list: [5, 6] })).toEqual([6, 7]);
    expect(await output(map(add, { Items: [9, 10] }))).toEqual([10, 11]);
    expect(await output(map(add, { Items: [] }))).toEqual([]);
  });

  it('gives each what ItemSelector makes of it; item and number are in the context', async () => {
    const ItemSelector = {
      v: '{% $states.context.Map.Item.Value %}',
      i: '{% $states.context.Map.Item.Index %}',
      all: '{% $count($states.input) %}',
    };
    const inner = {
      Type: 'Pass',
      Output: { input: '{% $states.input %}', at: '{% $states.context.Map.Item.Index %}' },
      End: true,
    };
    expect(await output(map(inner, { ItemSelector }), ['a', 'b'])).toEqual([
      { input: { v: 'a', i: 0, all: 2 }, at: 0 },
      { input: { v: 'b', i: 1, all: 2 }, at: 1 },
    ]);
  });

  it.each([
    [undefined, 10],
    [0, 10],
    [1, 40],
    [2, 20],
    ['{% $states.input[0] + 2 %}', 20],
  ])('with MaxConcurrency %j takes %d seconds for four items of ten', async (MaxConcurrency, seconds) => {
    const wait = { Type: 'Wait', Seconds: 10, End: true };
    expect(
      await run(
        map(wait, MaxConcurrency === undefined ? {} : { MaxConcurrency }),
        [1, 1, 1, 1].map((one) => one - 1),
      ),
    ).toMatchObject({ output: [0, 0, 0, 0], seconds });
  });

  it('runs at most forty at a time', async () => {
    expect(await run(map({ Type: 'Wait', Seconds: 1, End: true }), Array(41).fill(0))).toMatchObject({ seconds: 2 });
  });

  it('fails with the first item that fails, after its own Retry; Assign and Output see the result', async () => {
    const choose = invoke('work', '{% $states.input %}', { Output: '{% $states.result.Payload %}', End: true });
    const work = (n: number) => (n === 2 ? thrower('E')() : n);
    expect(
      await run(map(choose, { Retry: [{ ErrorEquals: ['E'], IntervalSeconds: 3, MaxAttempts: 2 }] }), [1, 2], { work }),
    ).toMatchObject({ status: 'FAILED', error: 'E', seconds: 9 });
    const done = map(choose, {
      Output: '{% $sum($states.result) + ($v := 1) %}',
      Assign: { s: '{% $states.result %}' },
    });
    expect(await output(done, [1, 3], { work })).toBe(5);
  });

  it('fails when there is no array', async () => {
    expect(await run(map(echo), { a: 1 })).toMatchObject({ error: 'States.QueryEvaluationError' });
  });
});
