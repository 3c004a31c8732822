/** Where executions are kept, and the store that keeps them in memory for tests. */
import { dueAt, type Execution, type Status } from './execution.ts';
import type { HistoryEvent } from './history.ts';

/** Every write is all or nothing, and done when the call returns. What is read belongs to the reader. */
export interface ExecutionStore {
  insert(execution: Execution, definition: string): void;
  save(execution: Execution, events: readonly HistoryEvent[], tokens: readonly string[]): void;
  get(arn: string): Execution | undefined;
  /** The text of a definition by its hash, as long as an execution that was started with it runs. */
  definition(hash: string): string | undefined;
  /** The execution that handed out this token, be the task open or over. */
  byToken(token: string): string | undefined;
  running(): string[];
  /** Running executions with something due by `now`, the earliest first. */
  due(now: number): string[];
  nextDue(): number | undefined;
  /** Newest first; `before` is the place of the last one read. */
  list(query: ListQuery): { place: number; execution: Execution }[];
  history(arn: string, query: HistoryQuery): HistoryEvent[];
  /**
   * Forgets executions, with their histories and tokens, that ended before this time (epoch ms), but for the `keep` that
   * were started last of those that have ended. Answers how many.
   */
  purge(endedBefore: number, keep: number): number;
  close(): void;
}

export interface ListQuery {
  machineArn: string;
  status?: Status;
  before?: number;
  limit: number;
}
export interface HistoryQuery {
  /** Event number to go on after, in the direction asked for. */
  after?: number;
  reverse?: boolean;
  limit: number;
}

export function memoryStore(): ExecutionStore {
  const executions = new Map<string, Execution>();
  const definitions = new Map<string, string>();
  const tokens = new Map<string, string>();
  const histories = new Map<string, HistoryEvent[]>();
  /** In the order of their starts; the place of one that is forgotten stays empty. */
  const places = new Map<string, number>();
  let last = 0;
  const due = () =>
    [...executions.values()]
      .map((execution) => ({ arn: execution.arn, at: dueAt(execution) ?? Number.POSITIVE_INFINITY }))
      .filter(({ at }) => at < Number.POSITIVE_INFINITY)
      .sort((a, b) => a.at - b.at);
  return {
    insert(execution, definition) {
      executions.set(execution.arn, structuredClone(execution));
      places.set(execution.arn, ++last);
      definitions.set(execution.definition, definition);
      histories.set(execution.arn, []);
    },
    save(execution, events, handedOut) {
      executions.set(execution.arn, structuredClone(execution));
      histories.get(execution.arn)?.push(...structuredClone(events));
      for (const token of handedOut) tokens.set(token, execution.arn);
    },
    get: (arn) => structuredClone(executions.get(arn)),
    definition: (hash) => definitions.get(hash),
    byToken: (token) => tokens.get(token),
    running: () => [...executions.values()].filter(({ status }) => status === 'RUNNING').map(({ arn }) => arn),
    due: (now) =>
      due()
        .filter(({ at }) => at <= now)
        .map(({ arn }) => arn),
    nextDue: () => due()[0]?.at,
    list: ({ machineArn, status, before = Number.POSITIVE_INFINITY, limit }) =>
      [...executions.values()]
        .map((execution) => ({ place: places.get(execution.arn) ?? 0, execution: structuredClone(execution) }))
        .filter(({ execution }) => execution.machineArn === machineArn && (!status || execution.status === status))
        .filter(({ place }) => place < before)
        .reverse()
        .slice(0, limit),
    history(arn, { after, reverse = false, limit }) {
      const events = structuredClone(histories.get(arn) ?? []);
      if (reverse) events.reverse();
      const start = after === undefined ? 0 : events.findIndex(({ id }) => id === after) + 1;
      return events.slice(start, start + limit);
    },
    purge(endedBefore, keep) {
      const ended = [...executions.values()].filter(({ status }) => status !== 'RUNNING');
      const old = ended
        .slice(0, Math.max(0, ended.length - keep))
        .filter(({ stoppedAt = 0 }) => stoppedAt < endedBefore);
      for (const { arn } of old) for (const kept of [executions, histories, places]) kept.delete(arn);
      for (const [token, arn] of tokens) if (!executions.has(arn)) tokens.delete(token);
      return old.length;
    },
    close() {},
  };
}
