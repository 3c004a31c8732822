/**
 * The interpreter: one occurrence (time passed, a task returned, a token came back) carries an execution as far as it
 * can go without the outside. It calls nothing and knows no clock; what has to be called is in its answer, for after the
 * execution has been stored.
 */
import type { Json, Scope } from './definition.ts';
import { ERRORS, StateError } from './errors.ts';
import { type Execution, taskOf, timeOf } from './execution.ts';
import { MAX_EVENTS } from './history.ts';
import { Run, type Step, type World } from './run.ts';
import { enter, typeOf } from './states.ts';
import { atMost } from './values.ts';

export type Occurrence =
  | { kind: 'started' }
  /** The process came back: what was being called is called again. */
  | { kind: 'resumed' }
  /** Some time is up. */
  | { kind: 'due' }
  | { kind: 'returned'; token: string; result: Json }
  | { kind: 'threw'; token: string; error: string; cause: string }
  /** SendTaskSuccess and SendTaskFailure. */
  | { kind: 'answered'; token: string; output: Json }
  | { kind: 'refused'; token: string; error: string; cause: string }
  | { kind: 'stopped'; error?: string; cause?: string };

/** Carries `execution` on; it is changed in place. `root` is the machine it was started with. */
export async function step(execution: Execution, root: Scope, occurrence: Occurrence, world: World): Promise<Step> {
  const run = new Run(execution, root, world);
  if (execution.status === 'RUNNING') {
    await take(run, occurrence);
    await settle(run);
  }
  return run.step;
}

async function take(run: Run, occurrence: Occurrence): Promise<void> {
  switch (occurrence.kind) {
    case 'started':
      return run.log(undefined, 'ExecutionStarted', {
        executionStartedEventDetails: { input: run.execution.input },
      });
    case 'resumed':
      return callAgain(run);
    case 'due':
      return due(run);
    case 'stopped':
      return run.end('ABORTED', occurrence);
  }
  const { thread, phase } = taskOf(run.execution, occurrence.token) ?? {};
  if (!thread || !phase) return;
  const { resource } = phase;
  if (occurrence.kind === 'threw' || occurrence.kind === 'refused') {
    const { error, cause } = occurrence;
    run.log(thread, 'TaskFailed', { taskFailedEventDetails: { ...typeOf(resource), error, cause } });
    return run.fail(thread, new StateError(error, cause));
  }
  if (occurrence.kind === 'returned' && phase.waits) {
    phase.calling = false;
    return run.log(thread, 'TaskSubmitted', { taskSubmittedEventDetails: typeOf(resource) });
  }
  const result = occurrence.kind === 'returned' ? occurrence.result : occurrence.output;
  return run.attempt(thread, async () => {
    atMost(result, 'The result of the task');
    run.log(thread, 'TaskSucceeded', {
      taskSucceededEventDetails: { ...typeOf(resource), output: JSON.stringify(result) },
    });
    await run.finish(thread, result);
  });
}

/** Enters states until every thread waits for something. */
async function settle(run: Run): Promise<void> {
  for (;;) {
    const thread = Object.values(run.execution.threads).find(({ phase }) => phase.kind === 'enter');
    if (!thread) return;
    if (run.execution.events >= MAX_EVENTS)
      return run.end('FAILED', {
        error: ERRORS.runtime,
        cause: `The execution reached the maximum number of history events (${MAX_EVENTS}).`,
      });
    await run.attempt(thread, () => enter(run, thread));
  }
}

function callAgain(run: Run): void {
  for (const { phase } of Object.values(run.execution.threads)) {
    if (phase.kind !== 'task' || !phase.calling) continue;
    // A call gets its whole time again; an answer that is waited for is not due later because we were away.
    if (!phase.waits && phase.timeout !== undefined) phase.deadline = run.world.now + phase.timeout;
    run.step.calls.push({ token: phase.token, resource: phase.resource, arguments: phase.arguments });
  }
}

async function due(run: Run): Promise<void> {
  const { now } = run.world;
  if ((run.execution.deadline ?? Number.POSITIVE_INFINITY) <= now)
    return run.end('TIMED_OUT', { error: ERRORS.timeout });
  for (const id of Object.keys(run.execution.threads)) {
    // One that fails may take others with it.
    const thread = run.execution.threads[id];
    if (!thread || (timeOf(thread.phase) ?? Number.POSITIVE_INFINITY) > now) continue;
    if (thread.phase.kind === 'wait') await run.attempt(thread, () => run.finish(thread));
    else if (thread.phase.kind === 'retry') thread.phase = { kind: 'enter', again: true };
    else if (thread.phase.kind === 'task') {
      const details = { ...typeOf(thread.phase.resource), error: ERRORS.timeout };
      run.log(thread, 'TaskTimedOut', { taskTimedOutEventDetails: details });
      await run.fail(thread, new StateError(ERRORS.timeout, ''));
    }
  }
}
