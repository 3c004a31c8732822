/** An execution as it is stored: everything that is needed to go on after the process has died. */
import type { Json } from './definition.ts';

export type Status = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';

/** Times are epoch milliseconds. */
export interface Execution {
  arn: string;
  name: string;
  machineArn: string;
  machineName: string;
  /** Of the definition it was started with. */
  definition: string;
  /** JSON text, as it was given: a second start is the same if this is. */
  input: string;
  status: Status;
  startedAt: number;
  stoppedAt?: number;
  /** From the machine's TimeoutSeconds. */
  deadline?: number;
  output?: string;
  error?: string;
  cause?: string;
  /** The root, and one for each branch and item under way. */
  threads: Record<string, Thread>;
  /** Number of the last event of the history. */
  events: number;
}

export interface Thread {
  id: string;
  /** The thread whose Parallel or Map state this one belongs to. */
  parent?: string;
  /** Which branch, or which item. */
  index: number;
  item?: Json;
  state: string;
  enteredAt: number;
  input: Json;
  variables: Record<string, Json>;
  /** Retries made in this state, by the number of the retrier. */
  retries: number[];
  phase: Phase;
  /** Number of its last event. */
  event: number;
}

export type Phase =
  /** `again`: after a retry's wait. */
  | { kind: 'enter'; again: boolean }
  | TaskPhase
  | { kind: 'wait'; until: number }
  | { kind: 'retry'; until: number }
  | ChildrenPhase;

export interface TaskPhase {
  kind: 'task';
  token: string;
  resource: string;
  arguments: Json;
  /** It ends by its token, not by its call. */
  waits: boolean;
  /** The call has not returned: it is made again when the process comes back. */
  calling: boolean;
  /** How long it may take, in milliseconds. */
  timeout?: number;
  deadline?: number;
}

export interface ChildrenPhase {
  kind: 'children';
  /** What each gets; for a Map with the item. */
  inputs: { input: Json; item?: Json }[];
  /** The next one to start. */
  next: number;
  atOnce: number;
  results: Record<number, Json>;
}

/** When something is due in it; undefined when it waits for others only. */
export function dueAt({ status, deadline, threads }: Execution): number | undefined {
  if (status !== 'RUNNING') return undefined;
  const times = Object.values(threads).map(({ phase }) => timeOf(phase));
  const known = [deadline, ...times].filter((time) => time !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

/** When a phase is over by time. */
export function timeOf(phase: Phase): number | undefined {
  if (phase.kind === 'wait' || phase.kind === 'retry') return phase.until;
  return phase.kind === 'task' ? phase.deadline : undefined;
}

/** The task that goes by this token, if it is still open. */
export function taskOf(execution: Execution, token: string): { thread: Thread; phase: TaskPhase } | undefined {
  for (const thread of Object.values(execution.threads))
    if (thread.phase.kind === 'task' && thread.phase.token === token) return { thread, phase: thread.phase };
  return undefined;
}
