/** An execution as a whole: its name, its end, its time. */
import { describe, expect, it } from 'vitest';
import { askAndWait, invoke, machine, machineWorld, run, thrower } from './world.ts';

describe('an execution', () => {
  const forever = machine({ W: { Type: 'Wait', Seconds: 1000, End: true } });

  it('ends TIMED_OUT after the machine’s TimeoutSeconds', async () => {
    expect(await machineWorld({ ...forever, TimeoutSeconds: 60 }).run()).toEqual({
      status: 'TIMED_OUT',
      error: 'States.Timeout',
      seconds: 60,
    });
  });

  it('an execution is stopped ABORTED with the words given, once; its tokens are over', async () => {
    const world = machineWorld(machine({ A: askAndWait('ask') }), { functions: { ask: () => null } });
    const arn = await world.start();
    await world.advance(5);
    await world.engine.stop(arn, 'Enough', 'why');
    await world.advance(5);
    await world.engine.stop(arn, 'Again');
    expect(world.engine.describe(arn)).toMatchObject({
      status: 'ABORTED',
      error: 'Enough',
      cause: 'why',
      stoppedAt: world.now() - 5000,
    });
    const token = world.token();
    await expect(world.engine.taskSuccess(token, '1')).rejects.toMatchObject({ code: 'TaskTimedOut' });
  });

  it('an execution is the same for the same name and input while it runs, and refused for another input or when it is over', async () => {
    const world = machineWorld(forever);
    const start = (input: string) => world.engine.start({ stateMachineArn: world.machineArn, name: 'pg_1-1', input });
    const first = await start('{"a":1}');
    await world.advance(5);
    expect(await start('{"a":1}')).toEqual(first);
    await expect(start('{"a":2}')).rejects.toMatchObject({ code: 'ExecutionAlreadyExists' });
    await world.advance(2000);
    await expect(start('{"a":1}')).rejects.toMatchObject({ code: 'ExecutionAlreadyExists' });
  });

  it('an execution is refused without a machine, with a bad name, or with input that is no JSON', async () => {
    const { engine, machineArn: stateMachineArn } = machineWorld(forever);
    await expect(engine.start({ stateMachineArn: 'arn:no' })).rejects.toMatchObject({
      code: 'StateMachineDoesNotExist',
    });
    for (const name of ['a b', '', 'x'.repeat(81), 'a/b'])
      await expect(engine.start({ stateMachineArn, name })).rejects.toMatchObject({ code: 'InvalidName' });
    await expect(engine.start({ stateMachineArn, input: '{' })).rejects.toMatchObject({
      code: 'InvalidExecutionInput',
    });
  });

  it('that loops without ever waiting is ended, as in AWS, by the length of its history', async () => {
    const ended = await run({
      A: { Type: 'Pass', Next: 'B' },
      B: { Type: 'Choice', Choices: [{ Condition: '{% true %}', Next: 'A' }], Default: 'C' },
      C: { Type: 'Succeed' },
    });
    expect(ended).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
  });

  it('takes waits, time limits on answers and retry intervals so many times faster; timestamps and calls in real time', async () => {
    const retry = { Retry: [{ ErrorEquals: ['E'], IntervalSeconds: 10, MaxAttempts: 1 }] };
    const fast = (states: Record<string, object>, over: object = {}) =>
      machineWorld(machine(states, over), {
        timeScale: 10,
        functions: { bad: thrower('E'), ask: () => null, hang: () => new Promise(() => {}) },
      });
    expect(await fast({ W: { Type: 'Wait', Seconds: 60, End: true } }).run()).toMatchObject({ seconds: 6 });
    expect(await fast({ W: { Type: 'Wait', Timestamp: '2026-11-22T03:01:00Z', End: true } }).run()).toMatchObject({
      seconds: 60,
    });
    expect(await fast({ A: askAndWait('ask', { TimeoutSeconds: 60, End: true }) }).run()).toMatchObject({
      error: 'States.Timeout',
      seconds: 6,
    });
    expect(await fast({ A: invoke('bad', {}, { End: true, ...retry }) }).run()).toMatchObject({
      error: 'E',
      seconds: 1,
    });
    expect(await fast({ W: { Type: 'Wait', Seconds: 60, End: true } }, { TimeoutSeconds: 30 }).run()).toMatchObject({
      status: 'TIMED_OUT',
      seconds: 3,
    });
    const hanging = fast({ A: invoke('hang', {}, { TimeoutSeconds: 60, End: true }) });
    await hanging.engine.start({ stateMachineArn: hanging.machineArn });
    await hanging.pass(0);
    expect(hanging.engine.nextDue()).toBe(hanging.now() + 60_000);
  });
});
