/**
 * An execution being carried on: how a state is left, how it fails, and where its branches go.
 * One file because leaving, failing and branching call each other.
 */
import type { Json, Scope, State, StateOf } from './definition.ts';
import { ERRORS, matches, StateError } from './errors.ts';
import type { ChildrenPhase, Execution, Thread } from './execution.ts';
import { type HistoryEvent, nextEvent } from './history.ts';
import { evaluate } from './query.ts';
import { retryAfter } from './retry.ts';
import type { Call } from './tasks.ts';
import { atMost } from './values.ts';

export interface World {
  /** Epoch milliseconds. */
  now: number;
  /** Waits and time limits are divided by this. */
  timeScale: number;
  random(): number;
  newToken(): string;
}

export interface Step {
  calls: Call[];
  events: HistoryEvent[];
  /** Handed out in this step. */
  tokens: string[];
}

export class Run {
  readonly step: Step = { calls: [], events: [], tokens: [] };
  readonly execution: Execution;
  readonly world: World;
  readonly #root: Scope;

  constructor(execution: Execution, root: Scope, world: World) {
    this.execution = execution;
    this.#root = root;
    this.world = world;
  }

  /** The state is done: with a result if it is of a kind that yields one. */
  async finish(thread: Thread, result?: Json): Promise<void> {
    const state = this.stateOf(thread);
    const next = 'Next' in state ? state.Next : undefined;
    await this.leave(thread, next, state, result ?? thread.input, result === undefined ? {} : { result });
  }

  /** Both Assign and Output see the variables as they were when the state began. */
  async leave(
    thread: Thread,
    next: string | undefined,
    place: { Assign?: Record<string, Json> | undefined; Output?: Json | undefined } | object,
    otherwise: Json,
    sees: Record<string, Json>,
  ): Promise<void> {
    const { Assign = {}, Output } = place as { Assign?: Record<string, Json>; Output?: Json };
    const assigned = await this.evaluate(thread, Assign, 'Assign', {}, sees);
    const output = Output === undefined ? otherwise : await this.evaluate(thread, Output, 'Output', {}, sees);
    atMost(output, 'The output of the state');
    Object.assign(thread.variables, assigned);
    atMost(thread.variables, 'The variables of the execution');
    const details = { name: thread.state, output: JSON.stringify(output) };
    this.log(thread, `${this.stateOf(thread).Type}StateExited`, { stateExitedEventDetails: details });
    if (next === undefined) return this.#complete(thread, output);
    Object.assign(thread, { state: next, input: output, retries: [], phase: { kind: 'enter', again: false } });
  }

  async #complete(thread: Thread, output: Json): Promise<void> {
    const parent = thread.parent === undefined ? undefined : this.execution.threads[thread.parent];
    if (!parent) return this.end('SUCCEEDED', { output: JSON.stringify(output) });
    delete this.execution.threads[thread.id];
    const phase = parent.phase as ChildrenPhase;
    phase.results[thread.index] = output;
    if (Object.keys(phase.results).length < phase.inputs.length) return this.startChildren(parent, phase);
    const results = phase.inputs.map((_, index) => phase.results[index] as Json);
    await this.attempt(parent, async () => {
      atMost(results, 'The result of the state');
      await this.finish(parent, results);
    });
  }

  async attempt(thread: Thread, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof StateError)) throw error;
      await this.fail(thread, error);
    }
  }

  /** Retry, else Catch, else the state around it, else the end. */
  async fail(thread: Thread, failure: StateError): Promise<void> {
    this.#dropChildren(thread);
    const state = this.stateOf(thread);
    const { now, timeScale, random } = this.world;
    const delay = 'Retry' in state ? retryAfter(state.Retry ?? [], thread.retries, failure.error, random) : undefined;
    if (delay !== undefined) {
      thread.phase = { kind: 'retry', until: now + delay / timeScale };
      return;
    }
    let last = failure;
    const catchers = 'Catch' in state ? (state.Catch ?? []) : [];
    const catcher = catchers.find(({ ErrorEquals }) => matches(ErrorEquals, failure.error));
    if (catcher) {
      const errorOutput = { Error: failure.error, Cause: failure.why };
      try {
        return await this.leave(thread, catcher.Next, catcher, errorOutput, { errorOutput });
      } catch (error) {
        if (!(error instanceof StateError)) throw error;
        last = error;
      }
    }
    const parent = thread.parent === undefined ? undefined : this.execution.threads[thread.parent];
    if (parent) return this.fail(parent, last);
    this.end('FAILED', { error: last.error, cause: last.why });
  }

  startChildren(parent: Thread, phase: ChildrenPhase): void {
    const running = () => Object.values(this.execution.threads).filter((one) => one.parent === parent.id).length;
    while (phase.next < phase.inputs.length && running() < phase.atOnce) {
      const index = phase.next++;
      const { input, item } = phase.inputs[index] as ChildrenPhase['inputs'][number];
      const id = `${parent.id}/${index}`;
      this.execution.threads[id] = {
        ...newThread(id, this.#scopeIn(parent, index).StartAt, input, this.world.now),
        parent: parent.id,
        index,
        ...(item !== undefined && { item }),
        variables: { ...parent.variables },
        event: parent.event,
      };
    }
  }

  #dropChildren(thread: Thread): void {
    for (const one of Object.values(this.execution.threads)) {
      if (one.parent !== thread.id) continue;
      this.#dropChildren(one);
      delete this.execution.threads[one.id];
    }
  }

  end(
    status: Execution['status'],
    { output, error, cause }: { output?: string; error?: string; cause?: string },
  ): void {
    const names = { SUCCEEDED: 'Succeeded', FAILED: 'Failed', ABORTED: 'Aborted', TIMED_OUT: 'TimedOut', RUNNING: '' };
    const said = { ...(output !== undefined && { output }), ...(error && { error }), ...(cause && { cause }) };
    const word = names[status];
    this.log(this.execution.threads.root, `Execution${word}`, {
      [`execution${word}EventDetails`]: said,
    });
    Object.assign(this.execution, { status, stoppedAt: this.world.now, threads: {}, ...said });
  }

  stateOf(thread: Thread): State {
    const parent = thread.parent === undefined ? undefined : this.execution.threads[thread.parent];
    const scope = parent ? this.#scopeIn(parent, thread.index) : this.#root;
    return scope.States[thread.state] as State;
  }

  /** The scope that a thread's Parallel or Map state runs as its child of that number. */
  #scopeIn(thread: Thread, index: number): Scope {
    const state = this.stateOf(thread) as StateOf<'Parallel'> | StateOf<'Map'>;
    return state.Type === 'Parallel' ? (state.Branches[index] as Scope) : state.ItemProcessor;
  }

  evaluate(thread: Thread, template: Json, field: string, context: object = {}, sees: Record<string, Json> = {}) {
    const states = { input: thread.input, context: { ...this.#context(thread), ...context }, ...sees };
    return evaluate(template, { states, variables: thread.variables, now: this.world.now }, `${thread.state}/${field}`);
  }

  async text(thread: Thread, template: string | undefined, field: string): Promise<string> {
    const value = template === undefined ? '' : await this.evaluate(thread, template, field);
    if (typeof value === 'string') return value;
    throw new StateError(ERRORS.query, `${field} of a Fail state must be a string`);
  }

  #context({ state, enteredAt, retries, item }: Thread) {
    const { arn, name, input, startedAt, machineArn, machineName } = this.execution;
    const RetryCount = retries.reduce((sum, count) => sum + (count ?? 0), 0);
    return {
      Execution: { Id: arn, Input: JSON.parse(input), Name: name, StartTime: new Date(startedAt).toISOString() },
      State: { Name: state, EnteredTime: new Date(enteredAt).toISOString(), RetryCount },
      StateMachine: { Id: machineArn, Name: machineName },
      ...(item !== undefined && { Map: { Item: item } }),
    };
  }

  log(thread: Thread | undefined, type: string, details: Record<string, unknown>): void {
    this.step.events.push(nextEvent(this.execution, thread, this.world.now, type, details));
  }
}

/** A thread about to enter a state. */
export const newThread = (id: string, state: string, input: Json, now: number): Thread => ({
  id,
  index: 0,
  state,
  enteredAt: now,
  input,
  variables: {},
  retries: [],
  phase: { kind: 'enter', again: false },
  event: 0,
});
