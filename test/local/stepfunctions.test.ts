/** The Step Functions endpoint of the local run, as the real SDK sees it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import {
  CreateActivityCommand,
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  GetExecutionHistoryCommand,
  InvalidExecutionInput,
  InvalidName,
  InvalidOutput,
  InvalidToken,
  ListExecutionsCommand,
  ListStateMachinesCommand,
  SendTaskFailureCommand,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
  StateMachineDoesNotExist,
  StopExecutionCommand,
  TaskTimedOut,
} from '@aws-sdk/client-sfn';
import { expect, it, onTestFinished, vi } from 'vitest';
import { FunctionError } from '../../local/cloud/lambda/protocol.ts';
import { startStepFunctions } from '../../local/cloud/services/stepfunctions.ts';
import { askAndWait, FN, invoke, MACHINE, machine } from '../statemachines/world.ts';
import { tempDir, until } from './helpers.ts';

const stateMachineArn = MACHINE;

/** The service with one machine and what its functions answer, and a client of it. */
async function serve(
  definition: object,
  functions: Record<string, (payload: never) => unknown> = {},
  file = join(tempDir(), 'sfn.sqlite'),
  speed = 1,
) {
  const service = await startStepFunctions(file);
  onTestFinished(() => service.stop());
  const hosts = new Map(
    Object.entries(functions).map(([name, answer]) => [
      `${FN}:${name}`,
      { invoke: async (event: unknown) => answer(event as never) },
    ]),
  );
  service.run([{ arn: MACHINE, name: 'm', definition }], { hosts, sqsUrl: '', dynamodbUrl: '', speed });
  return { service, client: clientOf(service.url) };
}
function clientOf(endpoint: string): SFNClient {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  return new SFNClient({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
}
const describeOf = (client: SFNClient, executionArn: string | undefined) =>
  client.send(new DescribeExecutionCommand({ executionArn }));
const over = (client: SFNClient, executionArn: string | undefined) =>
  until('it is over', async () => {
    const found = await describeOf(client, executionArn);
    return found.status === 'RUNNING' ? undefined : found;
  });

it('an execution is started, described, listed and told in its history', async () => {
  const echo = machine({
    A: invoke('echo', '{% $states.input %}', { Output: '{% $states.result.Payload %}', End: true }),
  });
  const { client } = await serve(echo, { echo: (payload) => payload });
  const { executionArn, startDate } = await client.send(
    new StartExecutionCommand({ stateMachineArn, name: 'pg_1-1', input: '{"a":1}' }),
  );
  expect(executionArn).toBe('arn:aws:states:us-east-1:000000000000:execution:m:pg_1-1');
  expect(await over(client, executionArn)).toMatchObject({
    status: 'SUCCEEDED',
    input: '{"a":1}',
    output: '{"a":1}',
    name: 'pg_1-1',
    stateMachineArn,
    startDate,
    stopDate: expect.any(Date),
  });
  for (const name of ['b', 'c']) await client.send(new StartExecutionCommand({ stateMachineArn, name }));
  for (const name of ['b', 'c']) await over(client, executionArn?.replace('pg_1-1', name));
  const page = await client.send(
    new ListExecutionsCommand({ stateMachineArn, statusFilter: 'SUCCEEDED', maxResults: 2 }),
  );
  expect(page.executions?.map(({ name }) => name)).toEqual(['c', 'b']);
  const rest = await client.send(new ListExecutionsCommand({ stateMachineArn, nextToken: page.nextToken }));
  expect(rest).toMatchObject({ executions: [{ name: 'pg_1-1', status: 'SUCCEEDED' }] });
  expect(rest.nextToken).toBeUndefined();
  const { events } = await client.send(new GetExecutionHistoryCommand({ executionArn }));
  expect(events?.map(({ id, type }) => [id, type])).toEqual([
    [1, 'ExecutionStarted'],
    [2, 'TaskStateEntered'],
    [3, 'TaskScheduled'],
    [4, 'TaskSucceeded'],
    [5, 'TaskStateExited'],
    [6, 'ExecutionSucceeded'],
  ]);
  expect(events?.[1]?.stateEnteredEventDetails).toEqual({ name: 'A', input: '{"a":1}' });
  const last = await client.send(new GetExecutionHistoryCommand({ executionArn, reverseOrder: true, maxResults: 1 }));
  expect(last).toMatchObject({ events: [{ id: 6 }], nextToken: '6' });
});

it('machines are listed and described', async () => {
  const definition = machine({ A: { Type: 'Succeed' } });
  const { client } = await serve(definition);
  const { stateMachines } = await client.send(new ListStateMachinesCommand({}));
  expect(stateMachines).toMatchObject([{ stateMachineArn, name: 'm', type: 'STANDARD' }]);
  const described = await client.send(new DescribeStateMachineCommand({ stateMachineArn }));
  expect(JSON.parse(described.definition ?? '')).toEqual(definition);
});

it('tokens come back as success and as failure; each is good once', async () => {
  const tokens: string[] = [];
  const { client } = await serve(machine({ A: askAndWait('ask') }), {
    ask: ({ token }: { token: string }) => void tokens.push(token),
  });
  const start = async () => (await client.send(new StartExecutionCommand({ stateMachineArn }))).executionArn;
  const [first, second] = [await start(), await start()];
  await until('both were asked', () => tokens.length === 2);
  const success = new SendTaskSuccessCommand({ taskToken: tokens[0], output: '{"ok":true}' });
  await client.send(success);
  await client.send(new SendTaskFailureCommand({ taskToken: tokens[1], error: 'Our.Error', cause: 'why' }));
  expect(await over(client, first)).toMatchObject({ status: 'SUCCEEDED', output: '{"ok":true}' });
  expect(await over(client, second)).toMatchObject({ status: 'FAILED', error: 'Our.Error', cause: 'why' });
  await expect(client.send(success)).rejects.toThrow(TaskTimedOut);
  const answer = (taskToken: string, output: string) => client.send(new SendTaskSuccessCommand({ taskToken, output }));
  await expect(answer('made up', '1')).rejects.toThrow(InvalidToken);
  await expect(answer(tokens[0] ?? '', '{')).rejects.toThrow(InvalidOutput);
});

it('errors are those the SDK has classes for; what is not known here is refused by name', async () => {
  const { client } = await serve(machine({ W: { Type: 'Wait', Seconds: 1000, End: true } }));
  const start = (over: object) =>
    client.send(new StartExecutionCommand({ stateMachineArn, name: 'a', input: '{}', ...over }));
  const first = await start({});
  expect((await start({})).startDate).toEqual(first.startDate);
  await expect(start({ input: '{"b":1}' })).rejects.toThrow(ExecutionAlreadyExists);
  await expect(start({ name: 'a b' })).rejects.toThrow(InvalidName);
  await expect(start({ input: '{' })).rejects.toThrow(InvalidExecutionInput);
  await expect(start({ stateMachineArn: `${MACHINE}x` })).rejects.toThrow(StateMachineDoesNotExist);
  await expect(describeOf(client, 'arn:aws:states:us-east-1:000000000000:execution:m:no')).rejects.toThrow(
    ExecutionDoesNotExist,
  );
  const { stopDate } = await client.send(
    new StopExecutionCommand({ executionArn: first.executionArn, error: 'E', cause: 'c' }),
  );
  expect(stopDate).toBeInstanceOf(Date);
  expect(await describeOf(client, first.executionArn)).toMatchObject({ status: 'ABORTED', error: 'E', cause: 'c' });
  await expect(start({})).rejects.toThrow(ExecutionAlreadyExists);
  for (const command of [new SendTaskHeartbeatCommand({ taskToken: 'a' }), new CreateActivityCommand({ name: 'a' })])
    await expect(client.send(command as SendTaskHeartbeatCommand)).rejects.toMatchObject({
      name: 'UnknownOperationException',
    });
});

it('waits end by themselves, as many times faster as the run is; errors of functions keep their type', async () => {
  const fails = () => {
    throw new FunctionError({ errorType: 'Our.Error', errorMessage: 'why' });
  };
  const states = { W: { Type: 'Wait', Seconds: 60, Next: 'A' }, A: invoke('fails') };
  const { client } = await serve(machine(states), { fails }, undefined, 600);
  const started = Date.now();
  const { executionArn } = await client.send(new StartExecutionCommand({ stateMachineArn }));
  expect(await over(client, executionArn)).toMatchObject({ status: 'FAILED', error: 'Our.Error' });
  expect(Date.now() - started).toBeGreaterThanOrEqual(99);
});

it('a wait ends although its timer fires before the clock shows its time', async () => {
  const real = Date.now;
  let back = 0;
  const clock = vi.spyOn(Date, 'now').mockImplementation(() => real() - back);
  onTestFinished(() => clock.mockRestore());
  const states = { W: { Type: 'Wait', Seconds: 60, End: true } };
  const { client } = await serve(machine(states), {}, undefined, 600);
  const { executionArn } = await client.send(new StartExecutionCommand({ stateMachineArn }));
  back = 300;
  expect(await over(client, executionArn)).toMatchObject({ status: 'SUCCEEDED' });
});

it('a run that is stopped in the middle of a call makes it again when it comes back', async () => {
  const file = join(tempDir(), 'sfn.sqlite');
  const calls: string[] = [];
  const definition = machine({ A: invoke('work') });
  const stuck = Promise.withResolvers();
  const work = () => {
    calls.push('first');
    return stuck.promise;
  };
  const first = await serve(definition, { work }, file);
  const { executionArn } = await first.client.send(new StartExecutionCommand({ stateMachineArn }));
  await until('it was called', () => calls.length === 1);
  await first.service.stop();
  stuck.reject(new Error('its environment was stopped'));
  const second = await serve(definition, { work: () => calls.push('second') }, file);
  expect(await over(second.client, executionArn)).toMatchObject({ status: 'SUCCEEDED' });
  expect(calls).toEqual(['first', 'second']);
});

it('kill -9 while an answer is awaited loses nothing: the token is good in the next process', async () => {
  const file = join(tempDir(), 'sfn.sqlite');
  const definition = machine({ B: askAndWait('ask', { Next: 'A' }), A: invoke('work') });
  const source = `
    const { startStepFunctions } = await import(${JSON.stringify(import.meta.resolve('../../local/cloud/services/stepfunctions.ts'))});
    const service = await startStepFunctions(${JSON.stringify(file)});
    const say = (word) => async (event) => { console.log(JSON.stringify({ word, event, url: service.url })); };
    const hosts = new Map([['${FN}:ask', { invoke: say('ask') }], ['${FN}:work', { invoke: say('work') }]]);
    service.run([{ arn: '${MACHINE}', name: 'm', definition: ${JSON.stringify(definition)} }], { hosts, sqsUrl: '', dynamodbUrl: '', speed: 1 });
    console.log(JSON.stringify({ word: 'up', url: service.url }));
  `;
  const child = spawn(process.execPath, ['--input-type=module', '-e', source], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let said = '';
  child.stdout.on('data', (chunk) => {
    said += chunk;
  });
  const line = (word: string) =>
    until(word, () =>
      said
        .split('\n')
        .filter(Boolean)
        .map((text) => JSON.parse(text))
        .find((one) => one.word === word),
    );
  const client = clientOf((await line('up')).url);
  const { executionArn } = await client.send(new StartExecutionCommand({ stateMachineArn }));
  const { token } = (await line('ask')).event;
  child.kill('SIGKILL');
  await once(child, 'exit');
  const calls: unknown[] = [];
  const { client: next } = await serve(definition, { work: (payload) => calls.push(payload), ask: () => null }, file);
  await next.send(new SendTaskSuccessCommand({ taskToken: token, output: '{"ok":true}' }));
  expect(await over(next, executionArn)).toMatchObject({ status: 'SUCCEEDED' });
  expect(calls).toEqual([{ ok: true }]);
});
