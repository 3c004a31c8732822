/** The actions of the Step Functions API over the engine: plain input in, plain output out, `RequestError` for the rest. */
import * as z from 'zod';
import type { Engine } from './engine.ts';
import { RequestError } from './errors.ts';
import type { Execution, Status } from './execution.ts';

/** Epoch seconds with a fraction, as the protocol writes times. */
const time = (ms: number) => ms / 1000;
const STATUSES = ['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'] as const satisfies readonly Status[];
const page = { maxResults: z.number().int().min(0).max(1000).optional(), nextToken: z.string().optional() };
/** 0 asks for the default ("ListExecutions"). */
const limitOf = ({ maxResults }: { maxResults?: number | undefined }) => maxResults || 100;
const after = ({ nextToken }: { nextToken?: string | undefined }): number | undefined => {
  if (nextToken === undefined) return undefined;
  const place = Number(nextToken);
  if (!Number.isInteger(place) || place < 0) throw new RequestError('InvalidToken', `Invalid Token: '${nextToken}'`);
  return place;
};

/** A page of `limit` out of items that were asked for with one more than that. */
function paged<Item>(items: Item[], limit: number, slotOf: (item: Item) => number) {
  const last = items.length > limit ? items[limit - 1] : undefined;
  return { items: items.slice(0, limit), ...(last && { nextToken: String(slotOf(last)) }) };
}

const text = z.string().optional();

interface Action<Input extends z.ZodType> {
  input: Input;
  run(engine: Engine, input: z.output<Input>): unknown;
}
const action = <Input extends z.ZodType>(input: Input, run: Action<Input>['run']): Action<z.ZodType> =>
  ({ input, run }) as unknown as Action<z.ZodType>;

const ACTIONS: Record<string, Action<z.ZodType>> = {
  StartExecution: action(
    z.strictObject({ stateMachineArn: z.string(), name: text, input: text, traceHeader: text }),
    async (engine, { stateMachineArn, name, input }) => {
      const started = await engine.start({ stateMachineArn, ...(name && { name }), ...(input && { input }) });
      return { executionArn: started.executionArn, startDate: time(started.startDate) };
    },
  ),
  StopExecution: action(
    z.strictObject({ executionArn: z.string(), error: text, cause: text }),
    async (engine, { executionArn, error, cause }) => {
      const { stoppedAt } = await engine.stop(executionArn, error, cause);
      return { stopDate: time(stoppedAt ?? 0) };
    },
  ),
  SendTaskSuccess: action(
    z.strictObject({ taskToken: z.string(), output: z.string() }),
    async (engine, { taskToken, output }) => {
      await engine.taskSuccess(taskToken, output);
      return {};
    },
  ),
  SendTaskFailure: action(
    z.strictObject({ taskToken: z.string(), error: text, cause: text }),
    async (engine, { taskToken, error, cause }) => {
      await engine.taskFailure(taskToken, error, cause);
      return {};
    },
  ),
  DescribeExecution: action(
    z.strictObject({ executionArn: z.string(), includedData: text }),
    (engine, { executionArn }) => described(engine.describe(executionArn)),
  ),
  ListExecutions: action(
    z.strictObject({ stateMachineArn: z.string(), statusFilter: z.enum(STATUSES).optional(), ...page }),
    (engine, { stateMachineArn, statusFilter, ...asked }) => {
      machineOf(engine, stateMachineArn);
      const limit = limitOf(asked);
      const before = after(asked);
      const found = engine.list({
        machineArn: stateMachineArn,
        limit: limit + 1,
        ...(statusFilter && { status: statusFilter }),
        ...(before !== undefined && { before }),
      });
      const { items, ...more } = paged(found, limit, ({ place }) => place);
      return { executions: items.map(({ execution }) => listed(execution)), ...more };
    },
  ),
  GetExecutionHistory: action(
    z.strictObject({
      executionArn: z.string(),
      reverseOrder: z.boolean().default(false),
      includeExecutionData: z.boolean().optional(),
      ...page,
    }),
    (engine, { executionArn, reverseOrder, ...asked }) => {
      const limit = limitOf(asked);
      const last = after(asked);
      const query = { limit: limit + 1, reverse: reverseOrder, ...(last !== undefined && { after: last }) };
      const { items, ...more } = paged(engine.history(executionArn, query), limit, ({ id }) => id);
      return {
        events: items.map(({ at, details, ...event }) => ({ timestamp: time(at), ...event, ...details })),
        ...more,
      };
    },
  ),
  DescribeStateMachine: action(
    z.strictObject({ stateMachineArn: z.string(), includedData: text }),
    (engine, { stateMachineArn }) => {
      const { arn, name, text: definition } = machineOf(engine, stateMachineArn);
      const known = { stateMachineArn: arn, name, definition, status: 'ACTIVE', type: 'STANDARD' };
      return { ...known, roleArn: 'arn:aws:iam::000000000000:role/local', creationDate: 0 };
    },
  ),
  ListStateMachines: action(z.strictObject(page), (engine) => ({
    stateMachines: [...engine.machines.values()].map(({ arn, name }) => ({
      stateMachineArn: arn,
      name,
      type: 'STANDARD',
      creationDate: 0,
    })),
  })),
};

/** Runs one action. Throws `RequestError`. */
export async function runAction(engine: Engine, name: string, input: unknown): Promise<unknown> {
  const known = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
  if (!known) throw new RequestError('UnknownOperationException', `the local run knows no ${name}`);
  const parsed = known.input.safeParse(input);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new RequestError('ValidationException', `${issue?.path.join('.')}: ${issue?.message}`);
  }
  return known.run(engine, parsed.data);
}

function machineOf(engine: Engine, arn: string) {
  const machine = engine.machines.get(arn);
  if (!machine) throw new RequestError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
  return machine;
}

function listed({ arn, machineArn, name, status, startedAt, stoppedAt }: Execution) {
  const stopped = stoppedAt === undefined ? {} : { stopDate: time(stoppedAt) };
  return { executionArn: arn, stateMachineArn: machineArn, name, status, startDate: time(startedAt), ...stopped };
}

function described(execution: Execution) {
  const { input, output, error, cause } = execution;
  return {
    ...listed(execution),
    input,
    inputDetails: { included: true },
    ...(output !== undefined && { output, outputDetails: { included: true } }),
    ...(error !== undefined && { error }),
    ...(cause !== undefined && { cause }),
  };
}
