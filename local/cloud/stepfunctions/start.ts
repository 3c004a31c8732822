/** What starting an execution takes. */
import type { Json } from './definition.ts';
import { RequestError } from './errors.ts';
import type { Execution } from './execution.ts';
import type { Loaded } from './load.ts';
import { newThread } from './run.ts';

export interface MachineSpec {
  /** `arn:aws:states:<region>:<account>:stateMachine:<name>` */
  arn: string;
  name: string;
  /** Amazon States Language with all substitutions made, as text or parsed. */
  definition: string | object;
}

export interface StartInput {
  stateMachineArn: string;
  name?: string;
  input?: string;
}
export interface Started {
  executionArn: string;
  /** Epoch milliseconds. */
  startDate: number;
}

// StartExecution also takes what ARNs cannot carry without trouble; ours are made of these.
const NAME = /^[A-Za-z0-9\-_.+!@=%'(),]{1,80}$/;

/** An execution about to enter its first state. `input` is JSON text. Throws `RequestError`. */
export function newExecution(
  { arn, name: machineName, machine, hash }: MachineSpec & Loaded,
  name: string,
  input: string,
  now: number,
  timeScale: number,
): Execution {
  if (!NAME.test(name)) throw new RequestError('InvalidName', `Invalid Name: '${name}'`);
  const parsed = jsonOf(input, 'InvalidExecutionInput', 'Invalid State Machine Execution Input');
  const { TimeoutSeconds } = machine;
  return {
    arn: `${arn.replace(':stateMachine:', ':execution:')}:${name}`,
    name,
    machineArn: arn,
    machineName,
    definition: hash,
    input,
    status: 'RUNNING',
    startedAt: now,
    ...(TimeoutSeconds !== undefined && { deadline: now + (TimeoutSeconds * 1000) / timeScale }),
    threads: { root: newThread('root', machine.StartAt, parsed, now) },
    events: 0,
  };
}

/** Throws `RequestError` with that code when the text is no JSON. */
export function jsonOf(text: string, code: string, message: string): Json {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new RequestError(code, `${message}: '${(error as Error).message}'`);
  }
}
