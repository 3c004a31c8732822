/** What each kind of state does when it is entered. Whatever it throws as `StateError` is the state's failure. */
import type { StateOf } from './definition.ts';
import { ERRORS, StateError } from './errors.ts';
import type { ChildrenPhase, TaskPhase, Thread } from './execution.ts';
import type { Run } from './run.ts';
import { integrationOf } from './tasks.ts';
import { atMost, secondsOf, timestampOf } from './values.ts';

/** An inline Map runs at most this many items at a time ("Map state", developer guide). */
const MAX_CONCURRENT_ITEMS = 40;

export async function enter(run: Run, thread: Thread): Promise<void> {
  const state = run.stateOf(thread);
  if (thread.phase.kind === 'enter' && !thread.phase.again) {
    thread.enteredAt = run.world.now;
    const details = { name: thread.state, input: JSON.stringify(thread.input) };
    run.log(thread, `${state.Type}StateEntered`, { stateEnteredEventDetails: details });
  }
  switch (state.Type) {
    case 'Pass':
    case 'Succeed':
      return run.finish(thread);
    case 'Fail':
      throw new StateError(await run.text(thread, state.Error, 'Error'), await run.text(thread, state.Cause, 'Cause'));
    case 'Choice':
      return choose(run, thread, state);
    case 'Wait':
      return wait(run, thread, state);
    case 'Task':
      return schedule(run, thread, state);
    default:
      return branch(run, thread, state);
  }
}

async function choose(run: Run, thread: Thread, state: StateOf<'Choice'>): Promise<void> {
  for (const [index, rule] of state.Choices.entries()) {
    const met = await run.evaluate(thread, rule.Condition, `Choices[${index}].Condition`);
    if (typeof met !== 'boolean')
      throw new StateError(
        ERRORS.query,
        `The Condition '${rule.Condition}' returned ${JSON.stringify(met)}, not a boolean`,
      );
    if (met) return run.leave(thread, rule.Next, rule, thread.input, {});
  }
  if (state.Default === undefined) throw new StateError(ERRORS.noChoiceMatched, 'No choice rule matched');
  return run.leave(thread, state.Default, state, thread.input, {});
}

async function wait(run: Run, thread: Thread, state: StateOf<'Wait'>): Promise<void> {
  const { now, timeScale } = run.world;
  const until =
    state.Seconds === undefined
      ? // A moment of the calendar, which no time scale moves.
        timestampOf(await run.evaluate(thread, state.Timestamp ?? '', 'Timestamp'))
      : now + (secondsOf(await run.evaluate(thread, state.Seconds, 'Seconds'), 0, 'Seconds') * 1000) / timeScale;
  if (until <= now) return run.finish(thread);
  thread.phase = { kind: 'wait', until };
}

async function schedule(run: Run, thread: Thread, state: StateOf<'Task'>): Promise<void> {
  const { now, timeScale } = run.world;
  const waits = integrationOf(state.Resource)?.waits ?? false;
  const token = run.world.newToken();
  const given = await run.evaluate(thread, state.Arguments, 'Arguments', waits ? { Task: { Token: token } } : {});
  atMost(given, 'The Arguments of the task');
  const phase: TaskPhase = { kind: 'task', token, resource: state.Resource, arguments: given, waits, calling: true };
  if (state.TimeoutSeconds !== undefined) {
    const seconds = secondsOf(await run.evaluate(thread, state.TimeoutSeconds, 'TimeoutSeconds'), 1, 'TimeoutSeconds');
    // Waiting for an answer is a wait; a call is work, and work is real time at every speed.
    phase.timeout = (seconds * 1000) / (waits ? timeScale : 1);
    phase.deadline = now + phase.timeout;
  }
  thread.phase = phase;
  const details = { ...typeOf(state.Resource), parameters: JSON.stringify(given) };
  run.log(thread, 'TaskScheduled', { taskScheduledEventDetails: details });
  run.step.calls.push({ token, resource: state.Resource, arguments: given });
  if (waits) run.step.tokens.push(token);
}

async function branch(run: Run, thread: Thread, state: StateOf<'Parallel'> | StateOf<'Map'>): Promise<void> {
  const phase: ChildrenPhase = { kind: 'children', inputs: [], next: 0, atOnce: MAX_CONCURRENT_ITEMS, results: {} };
  if (state.Type === 'Parallel') {
    const input =
      state.Arguments === undefined ? thread.input : await run.evaluate(thread, state.Arguments, 'Arguments');
    atMost(input, 'The Arguments of the state');
    phase.inputs = state.Branches.map(() => ({ input }));
    phase.atOnce = state.Branches.length;
  } else {
    const items = state.Items === undefined ? thread.input : await run.evaluate(thread, state.Items, 'Items');
    if (!Array.isArray(items)) throw new StateError(ERRORS.query, 'Items of a Map state must be an array');
    const most = secondsOf(
      await run.evaluate(thread, state.MaxConcurrency ?? 0, 'MaxConcurrency'),
      0,
      'MaxConcurrency',
    );
    if (most > 0) phase.atOnce = Math.min(most, MAX_CONCURRENT_ITEMS);
    for (const [Index, Value] of items.entries()) {
      const item = { Index, Value };
      const { ItemSelector } = state;
      const input =
        ItemSelector === undefined
          ? Value
          : await run.evaluate(thread, ItemSelector, 'ItemSelector', { Map: { Item: item } });
      phase.inputs.push({ input, item });
    }
    if (items.length === 0) return run.finish(thread, []);
  }
  thread.phase = phase;
  run.startChildren(thread, phase);
}

/** Resource type and name, as the history splits them. */
export function typeOf(resource: string) {
  const [, resourceType, name] = /([a-z]+):([^:]+)$/.exec(resource) ?? [];
  return { resourceType, resource: name };
}
