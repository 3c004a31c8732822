/** What tasks call apart from functions: requests as the services take them, errors by the names AWS gives them. */
import { expect, it } from 'vitest';
import { memoryStore } from '../../local/cloud/stepfunctions/store.ts';
import type { Services } from '../../local/cloud/stepfunctions/tasks.ts';
import { MACHINE, machine, machineWorld } from './world.ts';

const task = (action: string, Arguments: object, over: object = { End: true }) => ({
  Type: 'Task',
  Resource: `arn:aws:states:::${action}`,
  Arguments,
  ...over,
});
const runTask = (state: object, services: Partial<Services>, input: unknown = {}) =>
  machineWorld(machine({ A: state }), { services: { invoke: async () => null, ...services } }).run(input);

it('sqs:sendMessage sends text as it is and an object as JSON, with its delay, and yields the answer', async () => {
  const sent: object[] = [];
  const sendMessage = async (input: object) => {
    sent.push(input);
    return { MessageId: 'm1', MD5OfMessageBody: 'x' };
  };
  const queue = { QueueUrl: 'http://q/1' };
  const state = task('sqs:sendMessage', { ...queue, MessageBody: { n: '{% $states.input.n %}' }, DelaySeconds: 30 });
  expect(await runTask(state, { sendMessage }, { n: 1 })).toMatchObject({ output: { MessageId: 'm1' } });
  await runTask(task('sqs:sendMessage', { ...queue, MessageBody: 'text' }), { sendMessage });
  expect(sent).toEqual([
    { ...queue, MessageBody: '{"n":1}', DelaySeconds: 30 },
    { ...queue, MessageBody: 'text' },
  ]);
});

const values = { ExpressionAttributeValues: { ':a': { N: '1' } }, ReturnValues: 'ALL_NEW' };
it.each([
  ['dynamodb:getItem', 'GetItem', { TableName: 't', Key: { pk: { S: 'a' } }, ConsistentRead: true }],
  ['dynamodb:putItem', 'PutItem', { TableName: 't', Item: { pk: { S: 'a' } }, ConditionExpression: 'x' }],
  ['dynamodb:updateItem', 'UpdateItem', { TableName: 't', Key: {}, UpdateExpression: 'SET a = :a', ...values }],
])('%s calls %s with its arguments', async (resource, action, input) => {
  const dynamodb = async (name: string, given: object) => ({ name, given });
  expect((await runTask(task(resource, input), { dynamodb })).output).toEqual({ name: action, given: input });
});

it('an error of a service goes by service and exception', async () => {
  const failing = (code: string) => () => Promise.reject(Object.assign(new Error('no'), { code }));
  const get = task('dynamodb:getItem', { TableName: 't', Key: {} });
  expect(await runTask(get, { dynamodb: failing('ConditionalCheckFailedException') })).toMatchObject({
    error: 'DynamoDB.ConditionalCheckFailedException',
    cause: 'no',
  });
  const send = task('sqs:sendMessage', { QueueUrl: 'http://q/1', MessageBody: 'x' });
  expect(await runTask(send, { sendMessage: failing('QueueDoesNotExist') })).toMatchObject({
    error: 'SQS.QueueDoesNotExistException',
  });
});

it('arguments that turn out wrong end the execution with States.Runtime, which nothing catches', async () => {
  const over = { Next: 'B', Catch: [{ ErrorEquals: ['States.ALL'], Next: 'B' }] };
  const state = task('sqs:sendMessage', { QueueUrl: '{% $states.input.no %}', MessageBody: 'x' }, over);
  const world = machineWorld(machine({ A: state, B: { Type: 'Succeed' } }));
  expect(await world.run({ no: 5 })).toMatchObject({ error: 'States.Runtime' });
});

it('states:startExecution starts another machine; called again after a crash, it does not start a second', async () => {
  const other = MACHINE.replace(/m$/, 'other');
  const machines = (Name?: string) => {
    const given = { StateMachineArn: other, Input: { a: '{% $states.input.a %}' }, ...(Name && { Name }) };
    const child = machine({ W: { Type: 'Wait', Seconds: 5, End: true } });
    return [
      { arn: MACHINE, name: 'm', definition: machine({ A: task('states:startExecution', given) }) },
      { arn: other, name: 'other', definition: child },
    ];
  };
  const world = machineWorld({}, { machines: machines('child') });
  const { output } = await world.run({ a: 1 });
  expect(output).toMatchObject({ ExecutionArn: 'arn:aws:states:us-east-1:000000000000:execution:other:child' });
  const child = world.engine.describe((output as { ExecutionArn: string }).ExecutionArn);
  expect(child).toMatchObject({ status: 'SUCCEEDED', output: '{"a":1}' });
  expect(await world.run({ a: 1 })).toMatchObject({ error: 'StepFunctions.ExecutionAlreadyExistsException' });

  // It dies between the start and the write that says so.
  const store = memoryStore();
  const dying = { ...store };
  const first = machineWorld({}, { machines: machines(), store: dying });
  dying.save = (execution, events, tokens) => {
    store.save(execution, events, tokens);
    if (execution.machineName === 'other') first.engine.halt();
  };
  const arn = await first.start({ a: 1 }, 'x');
  expect(first.engine.describe(arn).status).toBe('RUNNING');
  const second = machineWorld({}, { machines: machines(), store });
  second.engine.resume();
  await second.engine.idle();
  expect(second.engine.describe(arn).status).toBe('SUCCEEDED');
  expect(second.engine.list({ machineArn: other, limit: 10 })).toHaveLength(1);
});
