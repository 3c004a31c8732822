/** The events of an execution's history, as GetExecutionHistory shows them. */
import type { Execution, Thread } from './execution.ts';

export interface HistoryEvent {
  id: number;
  /** Epoch milliseconds. */
  at: number;
  type: string;
  previousEventId: number;
  /** The member that belongs to the type, e.g. `stateEnteredEventDetails`. */
  details: Record<string, unknown>;
}

/** AWS ends an execution that has more ("Service quotas"). It also ends a loop that never waits. */
export const MAX_EVENTS = 25_000;

/** Numbers one more event, after the thread's last or, without a thread, the execution's. */
export function nextEvent(
  execution: Execution,
  thread: Thread | undefined,
  at: number,
  type: string,
  details: Record<string, unknown> = {},
): HistoryEvent {
  const event = { id: execution.events + 1, at, type, previousEventId: thread?.event ?? execution.events, details };
  execution.events = event.id;
  if (thread) thread.event = event.id;
  return event;
}
