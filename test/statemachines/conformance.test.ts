/**
 * Every kind of state and every field that is known here, each with what the Amazon States Language says of it: here what
 * needs no call; tasks, errors, branches and executions as a whole are in the files beside. What is not known is in
 * refusals.test.ts.
 */
import { describe, expect, it } from 'vitest';
import { machine, machineWorld, output, run } from './world.ts';

describe('Pass', () => {
  it('hands its input on', async () => {
    expect(await run({ A: { Type: 'Pass', End: true } }, { a: 1 })).toEqual({
      status: 'SUCCEEDED',
      output: { a: 1 },
      seconds: 0,
    });
  });

  it('puts Output in its place: a template with expressions, text and nested values', async () => {
    const Output = { a: '{% $states.input.n + 1 %}', b: ['x', '{% $states.input.n %}', null], c: { d: true, e: 1.5 } };
    expect(await output({ A: { Type: 'Pass', Output, End: true } }, { n: 1 })).toEqual({
      a: 2,
      b: ['x', 1, null],
      c: { d: true, e: 1.5 },
    });
  });

  it('leads to its Next', async () => {
    const states = { A: { Type: 'Pass', Output: { n: 1 }, Next: 'B' }, B: { Type: 'Pass', End: true } };
    expect(await output(states)).toEqual({ n: 1 });
  });

  it('may carry a Comment', async () => {
    expect(await output({ A: { Type: 'Pass', Comment: 'why', End: true } }, 1)).toBe(1);
  });
});

describe('Succeed and Fail', () => {
  it('Succeed ends the execution with its Output, or its input', async () => {
    expect(await output({ A: { Type: 'Succeed' } }, [1])).toEqual([1]);
    expect(await output({ A: { Type: 'Succeed', Output: '{% $states.input.a %}' } }, { a: 'x' })).toBe('x');
  });

  it('Fail ends it with Error and Cause, also from expressions', async () => {
    const fail = { Type: 'Fail', Error: 'Too.Late', Cause: '{% "after " & $string($states.input.n) %}' };
    expect(await run({ A: fail }, { n: 3 })).toEqual({
      status: 'FAILED',
      error: 'Too.Late',
      cause: 'after 3',
      seconds: 0,
    });
    expect(await run({ A: { Type: 'Fail' } })).toEqual({ status: 'FAILED', seconds: 0 });
  });
});

describe('expressions', () => {
  const pass = (Output: unknown, input?: unknown) => output({ Step: { Type: 'Pass', Output, End: true } }, input);

  it('know what is going on from $states.context', async () => {
    const world = machineWorld(
      machine({
        Go: { Type: 'Wait', Seconds: 5, Next: 'Step' },
        Step: { Type: 'Pass', Output: '{% $states.context %}', End: true },
      }),
    );
    const arn = await world.start({ a: 1 }, 'one');
    await world.advance(5);
    expect(JSON.parse(world.engine.describe(arn).output ?? '')).toEqual({
      Execution: {
        Id: 'arn:aws:states:us-east-1:000000000000:execution:m:one',
        Input: { a: 1 },
        Name: 'one',
        StartTime: '2026-11-22T03:00:00.000Z',
      },
      State: { Name: 'Step', EnteredTime: '2026-11-22T03:00:05.000Z', RetryCount: 0 },
      StateMachine: { Id: 'arn:aws:states:us-east-1:000000000000:stateMachine:m', Name: 'm' },
    });
  });

  it('read the clock of the execution, not the machine’s', async () => {
    expect(await pass('{% $now() & " " & $string($millis()) %}')).toBe('2026-11-22T03:00:00.000Z 1795316400000');
  });

  it.each([
    ['$partition', '$partition([1,2,3,4,5], 2)', [[1, 2], [3, 4], [5]]],
    ['$range', '$range(0, 10, 5)', [0, 5, 10]],
    ['$range, down', '$range(3, 1, -1)', [3, 2, 1]],
    ['$parse', '$parse("{\\"a\\":[1]}")', { a: [1] }],
    ['$hash', '$hash("abc", "SHA-256")', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
  ])('may use what Step Functions adds: %s', async (_, expression, value) => {
    expect(await pass(`{% ${expression} %}`)).toEqual(value);
  });

  it.each([
    ['nothing', '$states.input.missing', /returned nothing \(undefined\)/],
    ['a function', '$string', /returned a function/],
    ['an error', '$number("x")', /threw an error/],
    ['its own error', '$error("our words")', /our words/],
  ])('that give %s fail the execution with States.QueryEvaluationError', async (_, expression, cause) => {
    const ended = await pass({ a: `{% ${expression} %}` }, {});
    expect(ended).toMatchObject({ status: 'FAILED', error: 'States.QueryEvaluationError' });
    expect((ended as { cause: string }).cause).toMatch(cause);
    expect((ended as { cause: string }).cause).toContain('Step/Output/a');
  });

  it('give null where there is null', async () => {
    expect(await pass('{% $states.input.a %}', { a: null })).toBeNull();
  });
});

describe('Assign', () => {
  it('sets variables for the states that follow, which keep them', async () => {
    const states = {
      A: { Type: 'Pass', Assign: { n: '{% $states.input.n %}', fixed: 'x' }, Output: {}, Next: 'B' },
      B: { Type: 'Pass', Next: 'C' },
      C: { Type: 'Pass', Output: '{% $fixed & $string($n) %}', End: true },
    };
    expect(await output(states, { n: 7 })).toBe('x7');
  });

  it('sees, as Output does, the variables as they were before it', async () => {
    const states = {
      A: { Type: 'Pass', Assign: { a: 1, b: 10 }, Next: 'B' },
      B: { Type: 'Pass', Assign: { a: '{% $a + 1 %}', b: '{% $a %}' }, Output: '{% $a %}', Next: 'C' },
      C: { Type: 'Pass', Output: { a: '{% $a %}', b: '{% $b %}', was: '{% $states.input %}' }, End: true },
    };
    expect(await output(states)).toEqual({ a: 2, b: 1, was: 1 });
  });
});

describe('Choice', () => {
  const choose = (rules: object[], over: object = {}) => ({
    A: { Type: 'Choice', Choices: rules, ...over },
    ...Object.fromEntries(
      ['X', 'Y', 'Z'].map((name) => [
        name,
        { Type: 'Pass', Output: { at: name, got: '{% $states.input %}' }, End: true },
      ]),
    ),
  });
  const rules = [
    { Condition: '{% $states.input.n > 10 %}', Next: 'X' },
    {
      Condition: '{% $states.input.n > 5 %}',
      Next: 'Y',
      Output: '{% $states.input.n %}',
      Assign: { v: 1 },
      Comment: 'c',
    },
  ];

  it('takes the first rule whose Condition is true, with that rule’s Output', async () => {
    const states = choose(rules, { Default: 'Z' });
    expect(await output(states, { n: 11 })).toEqual({ at: 'X', got: { n: 11 } });
    expect(await output(states, { n: 7 })).toEqual({ at: 'Y', got: 7 });
  });

  it('takes Default, with the state’s own Output and Assign, when no rule is met', async () => {
    const states = choose(rules, { Default: 'Z', Output: { none: '{% $states.input.n %}' }, Assign: { v: 2 } });
    expect(await output(states, { n: 1 })).toEqual({ at: 'Z', got: { none: 1 } });
    const reads = { ...states, Z: { Type: 'Pass', Output: '{% $v %}', End: true } };
    expect(await output(reads, { n: 1 })).toBe(2);
  });

  it('without Default fails with States.NoChoiceMatched', async () => {
    expect(await run(choose([...rules, { Condition: '{% false %}', Next: 'Z' }]), { n: 1 })).toMatchObject({
      status: 'FAILED',
      error: 'States.NoChoiceMatched',
    });
  });

  it('takes no truthy value for a condition', async () => {
    const states = choose([{ Condition: '{% 1 %}', Next: 'X' }, ...rules], { Default: 'Z' });
    expect(await run(states, { n: 1 })).toMatchObject({ status: 'FAILED', error: 'States.QueryEvaluationError' });
  });
});

describe('Wait', () => {
  it('waits Seconds, fixed or from an expression', async () => {
    expect(await run({ A: { Type: 'Wait', Seconds: 90, End: true } })).toMatchObject({ seconds: 90 });
    const wait = { Type: 'Wait', Seconds: '{% $states.input.s * 2 %}', Output: 'over', Assign: { a: 1 }, End: true };
    expect(await run({ A: { ...wait, Output: { over: true } } }, { s: 30 })).toEqual({
      status: 'SUCCEEDED',
      output: { over: true },
      seconds: 60,
    });
  });

  it('waits until Timestamp, and not at all when that is past', async () => {
    const wait = { Type: 'Wait', Timestamp: '{% $states.input.at %}', End: true };
    expect(await run({ A: wait }, { at: '2026-11-22T03:02:00Z' })).toMatchObject({ seconds: 120 });
    expect(await run({ A: wait }, { at: '2026-11-22T02:59:00Z' })).toMatchObject({ seconds: 0 });
    expect(await run({ A: { ...wait, Timestamp: '2026-11-22T04:00:30+01:00' } })).toMatchObject({ seconds: 30 });
  });

  it.each([
    ['Seconds', -1],
    ['Seconds', 1.5],
    ['Seconds', '5'],
    ['Seconds', 100_000_000],
    ['Timestamp', 'tomorrow'],
    ['Timestamp', '2026-11-22 03:02:00'],
    ['Timestamp', 5],
  ])('fails when %s is %j', async (field, value) => {
    const wait = { Type: 'Wait', [field]: '{% $states.input.v %}', End: true };
    expect(await run({ A: wait }, { v: value })).toMatchObject({ error: 'States.QueryEvaluationError' });
  });
});
