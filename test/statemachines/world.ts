/** State machines in a test: a clock that is moved, functions that are written down, and executions run to their end. */
import { onTestFinished } from 'vitest';
import { Engine, type EngineOptions } from '../../local/cloud/stepfunctions/engine.ts';
import { type ExecutionStore, memoryStore } from '../../local/cloud/stepfunctions/store.ts';

export const START = Date.parse('2026-11-22T03:00:00Z');
export const REGION_ACCOUNT = 'us-east-1:000000000000';
export const MACHINE = `arn:aws:states:${REGION_ACCOUNT}:stateMachine:m`;

export type Call = { arn: string; payload: unknown; at: number };
type Answer = (payload: never, call: Call) => unknown;

export interface MachineWorld {
  machineArn: string;
  engine: Engine;
  store: ExecutionStore;
  /** What functions were called with, and when, in seconds from the start. */
  calls: Call[];
  /** The token that call number `n` was given. */
  token(n?: number): string;
  now(): number;
  /** Starts an execution, and lets it come to rest. Answers its ARN. */
  start(input?: unknown, name?: string): Promise<string>;
  /** Moves the clock, stopping wherever something is due. */
  advance(seconds: number): Promise<void>;
  /** As `advance`, while a call is still under way: waits for no call. */
  pass(seconds: number): Promise<void>;
  /** Runs until nothing is due any more; answers how the execution ended, times in seconds from the start. */
  run(input?: unknown): Promise<{ status: string; output?: unknown; error?: string; cause?: string; seconds: number }>;
}

export interface WorldOptions extends Partial<Omit<EngineOptions, 'clock'>> {
  /** Functions by the last part of their ARN. */
  functions?: Record<string, Answer>;
  now?: number;
}

let worlds = 0;

/** A world with the one machine `definition`; give it the `store` of another to go on where that was left. */
export function machineWorld(definition: string | object, options: WorldOptions = {}): MachineWorld {
  const { functions = {}, now: begin = START, ...over } = options;
  let now = begin;
  const world = worlds++;
  let ids = 0;
  const store = over.store ?? memoryStore();
  const calls: Call[] = [];
  const engine = new Engine({
    machines: [{ arn: MACHINE, name: 'm', definition }],
    store,
    clock: { now: () => now },
    random: () => 0.5,
    newId: () => `id-${world}-${ids++}`,
    services: {
      invoke: async (arn, payload) => {
        const call = { arn, payload, at: (now - START) / 1000 };
        calls.push(call);
        const answer = functions[arn.split(':').at(-1) ?? ''];
        if (!answer) throw new Error(`no function ${arn}`);
        return answer(payload as never, call);
      },
    },
    onBug: (error) => {
      throw error;
    },
    ...over,
  });
  onTestFinished(() => engine.halt());

  /** Promises alone carry the engine on, so the next turn of the event loop finds it at rest. */
  const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
  async function advance(seconds: number, settled = () => engine.idle()): Promise<void> {
    const end = now + seconds * 1000;
    for (;;) {
      await settled();
      const due = engine.nextDue();
      if (due === undefined || due > end) break;
      now = Math.max(now, due);
      await engine.runDue();
    }
    await settled();
    now = Math.max(now, end === Number.POSITIVE_INFINITY ? now : end);
  }
  async function start(input: unknown = {}, name?: string): Promise<string> {
    const named = name === undefined ? {} : { name };
    const { executionArn } = await engine.start({ stateMachineArn: MACHINE, input: JSON.stringify(input), ...named });
    await engine.idle();
    return executionArn;
  }
  return {
    machineArn: MACHINE,
    engine,
    store,
    calls,
    token: (n = 0) => (calls[n] as { payload: { token: string } }).payload.token,
    now: () => now,
    start,
    advance: (seconds) => advance(seconds),
    pass: (seconds) => advance(seconds, turn),
    async run(input) {
      const arn = await start(input);
      await advance(Number.POSITIVE_INFINITY);
      const { status, output, error, cause, stoppedAt = Number.NaN } = engine.describe(arn);
      const ended = { ...(error !== undefined && { error }), ...(cause !== undefined && { cause }) };
      const result = output === undefined ? {} : { output: JSON.parse(output) };
      return { status, ...result, ...ended, seconds: (stoppedAt - START) / 1000 };
    },
  };
}

export const FN = `arn:aws:lambda:${REGION_ACCOUNT}:function`;

/** A machine of these states, beginning with the first. */
export const machine = (States: Record<string, object>, over: object = {}) => ({
  QueryLanguage: 'JSONata',
  StartAt: Object.keys(States)[0],
  States,
  ...over,
});

/** A task that invokes function `name` with `payload`. */
export const invoke = (name: string, payload: unknown = '{% $states.input %}', over: object = { End: true }) => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Arguments: { FunctionName: `${FN}:${name}`, Payload: payload },
  ...over,
});

/** A task that hands function `name` a token as `token`, and waits for that to come back. */
export const askAndWait = (name: string, over: object = { End: true }) => ({
  ...invoke(name, { token: '{% $states.context.Task.Token %}', input: '{% $states.input %}' }, over),
  Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
});

/** A function that throws an error of that name. */
export const thrower =
  (name: string, message = 'no') =>
  () => {
    throw Object.assign(new Error(message), { name });
  };

/** How one execution of these states ends. */
export const run = (states: Record<string, object>, input?: unknown, functions = {}) =>
  machineWorld(machine(states), { functions }).run(input);
/** What it yields; how it ended when that was not well. */
export const output = async (...args: Parameters<typeof run>) => {
  const ended = await run(...args);
  return ended.status === 'SUCCEEDED' ? ended.output : ended;
};
