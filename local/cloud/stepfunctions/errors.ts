/** Errors of states, and which names in a Retry or Catch match them (Amazon States Language, "Errors"). */

/** A state failed: with the name that Retry and Catch look for, and a cause for people. */
export class StateError extends Error {
  readonly error: string;
  /** For people; `cause` is JavaScript's word for something else. */
  readonly why: string;
  constructor(error: string, why: string) {
    super(`${error}: ${why}`);
    this.error = error;
    this.why = why;
  }
}

/** The request to the service was wrong; `code` is the name of the exception class in the SDK. */
export class RequestError extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export const ERRORS = {
  all: 'States.ALL',
  taskFailed: 'States.TaskFailed',
  timeout: 'States.Timeout',
  noChoiceMatched: 'States.NoChoiceMatched',
  query: 'States.QueryEvaluationError',
  tooLarge: 'States.DataLimitExceeded',
  runtime: 'States.Runtime',
} as const;

/** Names of the service itself. Whatever else begins with `States.` is a typing error. */
export const RESERVED: ReadonlySet<string> = new Set([
  ...Object.values(ERRORS),
  'States.HeartbeatTimeout',
  'States.Permissions',
  'States.BranchFailed',
  'States.ExceedToleratedFailureThreshold',
]);

/** These end the execution unless they are named: States.ALL does not stand for them. */
const BEYOND_WILDCARDS: readonly string[] = [ERRORS.tooLarge, ERRORS.runtime];

/** Whether `names` of a Retry or Catch mean this error. States.Runtime can be caught by no name at all. */
export function matches(names: readonly string[], error: string): boolean {
  if (error === ERRORS.runtime) return false;
  return names.some((name) => {
    if (name === error) return true;
    if (BEYOND_WILDCARDS.includes(error)) return false;
    if (name === ERRORS.all) return true;
    return name === ERRORS.taskFailed && error !== ERRORS.timeout;
  });
}
