/**
 * Runs state machines over ports: a store, a clock, and what tasks call. Every step is stored before anything it asks for
 * is called, so that a process that dies at any point goes on where it was; a call under way is then made again.
 *
 * It sets no timer. Whoever runs it asks `nextDue` and calls `runDue`: a service with real timers, a test by moving its
 * clock. Between those it makes progress by promises alone.
 *
 * One file because every action of it guards the same order of steps, which is private.
 */
import { randomUUID } from 'node:crypto';
import { ERRORS, RequestError, StateError } from './errors.ts';
import { type Execution, taskOf } from './execution.ts';
import type { HistoryEvent } from './history.ts';
import { type Loaded, loadDefinition } from './load.ts';
import type { Step } from './run.ts';
import { jsonOf, type MachineSpec, newExecution, type Started, type StartInput } from './start.ts';
import { type Occurrence, step } from './step.ts';
import type { ExecutionStore, HistoryQuery, ListQuery } from './store.ts';
import { type Call, runTask, type Services } from './tasks.ts';

export interface EngineOptions {
  machines: readonly MachineSpec[];
  services: Services;
  store: ExecutionStore;
  /** `now` in epoch milliseconds. */
  clock: { now(): number };
  /** Waits, time limits on answers and retry intervals are divided by this; default 1. */
  timeScale?: number;
  /** For jitter; default Math.random. */
  random?(): number;
  /** Of executions without a name, and of task tokens; default random UUIDs. */
  newId?(): string;
  /** Called whenever `nextDue` may have changed. */
  onChange?(): void;
  /** Takes an error that is the engine's own; the execution it befell has FAILED with States.Runtime. */
  onBug?(error: unknown): void;
}

export class Engine {
  readonly machines: ReadonlyMap<string, MachineSpec & Loaded>;
  readonly #options: EngineOptions;
  readonly #loaded = new Map<string, Loaded>();
  /** The last step of each execution: they are taken one after the other. */
  readonly #steps = new Map<string, Promise<unknown>>();
  readonly #busy = new Set<Promise<unknown>>();
  #halted = false;

  /** Throws `DefinitionRefused` when it cannot run a machine as AWS would. */
  constructor(options: EngineOptions) {
    this.#options = options;
    this.machines = new Map(
      options.machines.map((spec) => {
        const loaded = loadDefinition(spec.definition);
        this.#loaded.set(loaded.hash, loaded);
        return [spec.arn, { ...spec, ...loaded }];
      }),
    );
  }

  /** Goes on with everything that ran when the process died. */
  resume(): void {
    for (const arn of this.#options.store.running()) this.#background(this.#take(arn, { kind: 'resumed' }));
    this.#options.onChange?.();
  }

  /** Nothing is called or stored any more; what is under way counts as never returned. */
  halt(): void {
    this.#halted = true;
  }

  /** Starts an execution; `input` is JSON text. Returns once that is stored. Throws `RequestError`. */
  start({ stateMachineArn, name = this.#newId(), input = '{}' }: StartInput): Promise<Started> {
    return asPromise(() => {
      this.#refuseWhenHalted();
      const machine = this.machines.get(stateMachineArn);
      if (!machine)
        throw new RequestError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${stateMachineArn}'`);
      const { store, clock, timeScale = 1 } = this.#options;
      const execution = newExecution(machine, name, input, clock.now(), timeScale);
      const { arn, startedAt } = execution;
      const existing = store.get(arn);
      if (existing?.status === 'RUNNING' && existing.input === input)
        return { executionArn: arn, startDate: existing.startedAt };
      if (existing) throw new RequestError('ExecutionAlreadyExists', `Execution Already Exists: '${arn}'`);
      store.insert(execution, machine.text);
      this.#background(this.#take(arn, { kind: 'started' }));
      return { executionArn: arn, startDate: startedAt };
    });
  }

  /** `output` is JSON text. Returns once it is stored. Throws `RequestError` InvalidToken, TaskTimedOut, InvalidOutput. */
  async taskSuccess(token: string, output: string): Promise<void> {
    const parsed = jsonOf(output, 'InvalidOutput', 'Invalid Output');
    await this.#answer(token, { kind: 'answered', token, output: parsed });
  }

  /** Throws `RequestError` InvalidToken, TaskTimedOut. */
  async taskFailure(token: string, error = '', cause = ''): Promise<void> {
    await this.#answer(token, { kind: 'refused', token, error, cause });
  }

  /** Ends a running execution ABORTED; one that is over stays as it is. Throws `RequestError` ExecutionDoesNotExist. */
  async stop(executionArn: string, error?: string, cause?: string): Promise<Execution> {
    this.describe(executionArn);
    await this.#take(executionArn, { kind: 'stopped', ...(error && { error }), ...(cause && { cause }) });
    return this.describe(executionArn);
  }

  /** Throws `RequestError` ExecutionDoesNotExist. */
  describe(executionArn: string): Execution {
    const execution = this.#options.store.get(executionArn);
    if (execution) return execution;
    throw new RequestError('ExecutionDoesNotExist', `Execution Does Not Exist: '${executionArn}'`);
  }

  list(query: ListQuery): { place: number; execution: Execution }[] {
    return this.#options.store.list(query);
  }

  /** Throws `RequestError` ExecutionDoesNotExist. */
  history(executionArn: string, query: HistoryQuery): HistoryEvent[] {
    this.describe(executionArn);
    return this.#options.store.history(executionArn, query);
  }

  /** Epoch milliseconds; it may be in the past. Undefined when nothing waits for time, or after a halt. */
  nextDue(): number | undefined {
    return this.#halted ? undefined : this.#options.store.nextDue();
  }

  /** Carries on what is due by `now`. Returns when that is stored; the calls that follow are under way. */
  async runDue(now = this.#options.clock.now()): Promise<void> {
    if (this.#halted) return;
    const taken = this.#options.store.due(now).map((arn) => this.#take(arn, { kind: 'due' }, now));
    await Promise.all(taken).catch((error) => this.#report(error));
  }

  /** Settles when no step and no call is under way. A call that waits for a test's clock is under way. */
  async idle(): Promise<void> {
    while (this.#busy.size > 0) await Promise.all(this.#busy);
  }

  #newId(): string {
    return this.#options.newId?.() ?? randomUUID();
  }

  async #answer(token: string, occurrence: Occurrence): Promise<void> {
    const arn = this.#options.store.byToken(token);
    if (!arn) throw new RequestError('InvalidToken', "Invalid Token: 'Invalid token'");
    await this.#take(arn, occurrence, undefined, (execution) => {
      if (!taskOf(execution, token))
        throw new RequestError('TaskTimedOut', "Task Timed Out: 'Provided task does not exist anymore'");
    });
  }

  /** One step, after those before it. `admit` may refuse it by throwing. */
  #take(arn: string, occurrence: Occurrence, now?: number, admit?: (execution: Execution) => void): Promise<void> {
    const before = this.#steps.get(arn) ?? Promise.resolve();
    const taken = before.catch(() => {}).then(() => this.#step(arn, occurrence, now, admit));
    this.#steps.set(arn, taken);
    const done = () => void (this.#steps.get(arn) === taken && this.#steps.delete(arn));
    this.#track(taken.then(done, done));
    return taken;
  }

  async #step(
    arn: string,
    occurrence: Occurrence,
    now?: number,
    admit?: (execution: Execution) => void,
  ): Promise<void> {
    const { store, clock, timeScale = 1, random = Math.random, onChange, onBug } = this.#options;
    this.#refuseWhenHalted();
    const execution = store.get(arn);
    if (!execution) return;
    admit?.(execution);
    if (execution.status !== 'RUNNING') return;
    const at = now ?? clock.now();
    let done: Step;
    try {
      const { machine } = this.#definition(execution.definition);
      // It may have died before its first step.
      const first = execution.events === 0 ? { kind: 'started' as const } : occurrence;
      done = await step(execution, machine, first, { now: at, timeScale, random, newToken: () => this.#newId() });
    } catch (error) {
      onBug?.(error);
      const cause = `The local interpreter failed: ${(error as Error).message}`;
      const failed = { status: 'FAILED' as const, stoppedAt: at, threads: {}, error: ERRORS.runtime, cause };
      Object.assign(execution, this.describe(arn), failed);
      done = { calls: [], events: [], tokens: [] };
    }
    this.#refuseWhenHalted();
    store.save(execution, done.events, done.tokens);
    for (const call of done.calls) this.#background(this.#call(arn, call));
    onChange?.();
  }

  #definition(hash: string): Loaded {
    let loaded = this.#loaded.get(hash);
    if (!loaded) {
      loaded = loadDefinition(this.#options.store.definition(hash) ?? '');
      this.#loaded.set(hash, loaded);
    }
    return loaded;
  }

  async #call(arn: string, call: Call): Promise<void> {
    const { token } = call;
    let occurrence: Occurrence;
    try {
      const result = await runTask(call, this.#options.services, (input) => this.start(input));
      occurrence = { kind: 'returned', token, result };
    } catch (error) {
      if (!(error instanceof StateError)) throw error;
      occurrence = { kind: 'threw', token, error: error.error, cause: error.why };
    }
    await this.#take(arn, occurrence);
  }

  #track(work: Promise<unknown>): void {
    this.#busy.add(work);
    void work.finally(() => this.#busy.delete(work));
  }

  #background(work: Promise<unknown>): void {
    this.#track(work.catch((error) => this.#report(error)));
  }

  /** What a halt interrupts is no bug. */
  #report(error: unknown): void {
    if (!this.#halted) this.#options.onBug?.(error);
  }

  /** Whoever asks for something must not be told that it was done. */
  #refuseWhenHalted(): void {
    if (this.#halted) throw new RequestError('ServiceUnavailable', 'the local run is stopping');
  }
}

const asPromise = async <T>(work: () => T): Promise<T> => work();
