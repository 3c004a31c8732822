/** Tasks: what they call, what comes of it, and tokens. */
import { describe, expect, it } from 'vitest';
import { askAndWait, FN, invoke, machine, machineWorld, output, run, thrower } from './world.ts';

describe('Task', () => {
  it('invokes the function with its Payload; Output and Assign see the result in the shape of lambda:invoke', async () => {
    const world = machineWorld(
      machine({
        A: invoke(
          'work',
          { n: '{% $states.input.n %}' },
          { Assign: { doubled: '{% $states.result.Payload.n %}' }, Output: '{% $states.result %}', Next: 'B' },
        ),
        B: { Type: 'Pass', Output: { kept: '{% $doubled %}', result: '{% $states.input %}' }, End: true },
      }),
      { functions: { work: ({ n }: { n: number }) => ({ n: n * 2 }) } },
    );
    expect(await world.run({ n: 4 })).toMatchObject({
      output: { kept: 8, result: { ExecutedVersion: '$LATEST', Payload: { n: 8 }, StatusCode: 200 } },
    });
    expect(world.calls).toEqual([{ arn: `${FN}:work`, payload: { n: 4 }, at: 0 }]);
  });

  it('hands the result on without Output, and an empty object to the function without Payload', async () => {
    const task = { ...invoke('work'), Arguments: { FunctionName: `${FN}:work` } };
    expect(await output({ A: task }, {}, { work: (payload: unknown) => ({ got: payload }) })).toMatchObject({
      Payload: { got: {} },
    });
    expect(await output({ A: task }, {}, { work: () => undefined })).toMatchObject({ Payload: null });
  });

  it('takes its Arguments whole from one expression', async () => {
    const task = { ...invoke('work'), Arguments: `{% {"FunctionName": "${FN}:work", "Payload": $states.input} %}` };
    expect(await output({ A: task }, { a: 1 }, { work: (payload: unknown) => payload })).toMatchObject({
      Payload: { a: 1 },
    });
  });

  it('fails by the name of what the function threw, with type and message in the cause', async () => {
    const ended = await run({ A: invoke('work') }, {}, { work: thrower('Our.Error', 'said why') });
    expect(ended).toMatchObject({ status: 'FAILED', error: 'Our.Error' });
    expect(JSON.parse(ended.cause ?? '')).toMatchObject({ errorType: 'Our.Error', errorMessage: 'said why' });
  });

  it('fails with States.DataLimitExceeded when the result passes 256 KB, which States.ALL does not catch', async () => {
    const task = invoke('work', {}, { Next: 'B', Catch: [{ ErrorEquals: ['States.ALL'], Next: 'B' }] });
    const states = { A: task, B: { Type: 'Succeed' } };
    expect(await run(states, {}, { work: () => 'x'.repeat(256 * 1024) })).toMatchObject({
      error: 'States.DataLimitExceeded',
    });
  });

  it('fails with States.Timeout after TimeoutSeconds, and what the call brings later is nothing', async () => {
    for (const TimeoutSeconds of [30, '{% $states.input.s %}']) {
      const late = Promise.withResolvers();
      const world = machineWorld(machine({ A: invoke('work', {}, { TimeoutSeconds, End: true }) }), {
        functions: { work: () => late.promise },
      });
      const { executionArn } = await world.engine.start({ stateMachineArn: world.machineArn, input: '{"s":30}' });
      await world.pass(29);
      expect(world.engine.describe(executionArn)).toMatchObject({ status: 'RUNNING' });
      await world.pass(1);
      late.resolve('late');
      await world.engine.idle();
      expect(world.engine.describe(executionArn)).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
    }
  });
});

describe('Task that waits for its token', () => {
  const ask = (over: object = {}) => machine({ A: askAndWait('ask', { End: true, ...over }) });
  const asked = async (over?: object, ask_: (payload: { token: string }) => unknown = () => null) => {
    const world = machineWorld(ask(over), { functions: { ask: ask_ as never } });
    const arn = await world.start();
    const token = world.token();
    return { world, arn, token, ended: () => world.engine.describe(arn) };
  };

  it('goes on with the output that came with the token, whatever the function returned', async () => {
    const { world, token, ended } = await asked({}, () => 'not this');
    await world.advance(3600);
    expect(ended().status).toBe('RUNNING');
    await world.engine.taskSuccess(token, '{"by":"alice"}');
    expect(ended()).toMatchObject({ status: 'SUCCEEDED', output: '{"by":"alice"}' });
  });

  it('fails with the error that came with the token', async () => {
    const { world, token, ended } = await asked();
    await world.engine.taskFailure(token, 'Our.No', 'because');
    expect(ended()).toMatchObject({ status: 'FAILED', error: 'Our.No', cause: 'because' });
  });

  it('may be answered while its function still runs', async () => {
    const running = Promise.withResolvers();
    const world = machineWorld(ask(), { functions: { ask: () => running.promise } });
    const { executionArn } = await world.engine.start({ stateMachineArn: world.machineArn });
    await world.pass(0);
    const token = world.token();
    await world.engine.taskSuccess(token, '1');
    expect(world.engine.describe(executionArn)).toMatchObject({ status: 'SUCCEEDED', output: '1' });
    running.reject(new Error('too late'));
    await world.engine.idle();
    expect(world.engine.describe(executionArn)).toMatchObject({ status: 'SUCCEEDED' });
  });

  it('fails at once when the invocation itself fails', async () => {
    const { token, world, ended } = await asked({}, thrower('Broken'));
    expect(ended()).toMatchObject({ status: 'FAILED', error: 'Broken' });
    await expect(world.engine.taskSuccess(token, '1')).rejects.toMatchObject({ code: 'TaskTimedOut' });
  });

  it('times out after TimeoutSeconds; the token is then over', async () => {
    const over = { TimeoutSeconds: '{% 60 %}', Next: 'B', Catch: [{ ErrorEquals: ['States.Timeout'], Next: 'B' }] };
    const task = askAndWait('ask', over);
    const world = machineWorld(machine({ A: task, B: { Type: 'Succeed' } }), { functions: { ask: () => null } });
    const arn = await world.start();
    await world.advance(59);
    expect(world.engine.describe(arn).status).toBe('RUNNING');
    await world.advance(1);
    expect(world.engine.describe(arn)).toMatchObject({
      status: 'SUCCEEDED',
      output: '{"Error":"States.Timeout","Cause":""}',
    });
    const token = world.token();
    await expect(world.engine.taskSuccess(token, '1')).rejects.toMatchObject({ code: 'TaskTimedOut' });
  });

  it('refuses a token it never gave, one that was used, and an answer that is no JSON', async () => {
    const { world, token } = await asked();
    await expect(world.engine.taskSuccess('made up', '1')).rejects.toMatchObject({ code: 'InvalidToken' });
    await expect(world.engine.taskSuccess(token, '{')).rejects.toMatchObject({ code: 'InvalidOutput' });
    await world.engine.taskSuccess(token, '1');
    await expect(world.engine.taskSuccess(token, '1')).rejects.toMatchObject({ code: 'TaskTimedOut' });
    await expect(world.engine.taskFailure(token)).rejects.toMatchObject({ code: 'TaskTimedOut' });
  });

  it('gives a new token with every try', async () => {
    const over = { TimeoutSeconds: 10, Retry: [{ ErrorEquals: ['States.Timeout'], IntervalSeconds: 1 }] };
    const { world, token } = await asked(over);
    await world.advance(11);
    const second = world.token(1);
    expect(second).not.toBe(token);
    await expect(world.engine.taskSuccess(token, '1')).rejects.toMatchObject({ code: 'TaskTimedOut' });
    await world.engine.taskSuccess(second, '2');
  });
});
