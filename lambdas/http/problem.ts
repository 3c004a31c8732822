import { OfNewerVersion } from '../core/versions.ts';
import type { Problem as ProblemBody, ProblemError, UnusableChannel } from './api.gen.ts';
import type { HttpAnswer } from './http.ts';
import { PROBLEMS, type ProblemName, problemType, type SelfExplaining } from './problems.ts';

export interface ProblemOptions {
  /** Words about this occurrence, for the caller. No personal data, no secrets, nothing of our insides. */
  detail?: string | undefined;
  /** The offending fields. */
  errors?: ProblemError[];
  /** Why each channel cannot be used, for `no-usable-channel`. */
  channels?: UnusableChannel[];
  /** How many more codes may be tried, for `wrong-code`. */
  triesLeft?: number;
  headers?: Record<string, string>;
  /** For our logs only. */
  cause?: unknown;
}

/** An error that the caller is told about. Throw it anywhere below a handler; it becomes problem+json. */
export class Problem extends Error {
  override readonly name: ProblemName;
  readonly detail: string;
  readonly errors?: ProblemError[];
  readonly channels?: UnusableChannel[];
  readonly triesLeft?: number;
  readonly headers: Record<string, string>;

  /** What does not say by itself what to do needs a `detail`. */
  constructor(name: SelfExplaining, options?: ProblemOptions);
  constructor(name: ProblemName, options: ProblemOptions & { detail: string });
  constructor(name: ProblemName, options: ProblemOptions = {}) {
    const known: { title: string; detail?: string } = PROBLEMS[name];
    const detail = options.detail ?? known.detail ?? known.title;
    super(detail, { cause: options.cause });
    this.name = name;
    this.detail = detail;
    if (options.errors) this.errors = options.errors;
    if (options.channels) this.channels = options.channels;
    if (options.triesLeft !== undefined) this.triesLeft = options.triesLeft;
    this.headers = options.headers ?? {};
  }

  get status(): number {
    return PROBLEMS[this.name].status;
  }
}

/** 400 `invalid-request` about the given fields; the first one makes the detail. */
export function invalid(...errors: ProblemError[]): Problem {
  const [first] = errors;
  const detail = first && (first.path ? `${first.path}: ${first.message}` : `The body ${first.message}`);
  return new Problem('invalid-request', { errors, detail });
}

/**
 * What the caller may learn of any error. What nobody foresaw is `internal` and says nothing; a dependency that timed
 * out, throttles or fails is `unavailable`, because there the caller can do something: repeat. So is a row that only the
 * version understands which is being deployed (ADR 18).
 */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof OfNewerVersion) {
    return new Problem('unavailable', { cause: error, headers: { 'Retry-After': '60' } });
  }
  if (isDependencyDown(error)) return new Problem('unavailable', { cause: error, headers: { 'Retry-After': '1' } });
  return new Problem('internal', { cause: error });
}

const NETWORK = ['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'EPIPE'];

/**
 * What a service says when it is asked too much, as the SDK classifies it. DynamoDB calls it the client's fault and marks
 * it in no other way. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
 */
const THROTTLING = new Set([
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'ThrottledException',
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
]);

/** True for errors of the AWS SDK that are the service's or the network's fault, left after its own retries. */
function isDependencyDown(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { name, $fault, $retryable, code } = error as Error & { $fault?: string; $retryable?: unknown; code?: string };
  const isRefused = $fault === 'server' || $retryable !== undefined || THROTTLING.has(name);
  return isRefused || name === 'TimeoutError' || NETWORK.includes(code ?? '');
}

/** The problem+json answer. `requestId` makes it findable in our logs. */
export function toResponse(problem: Problem, requestId?: string): HttpAnswer {
  const { status, title } = PROBLEMS[problem.name];
  const body: ProblemBody = {
    type: problemType(problem.name),
    title,
    status,
    detail: problem.detail,
    ...(requestId && { instance: `urn:lifeline:request:${requestId}` }),
    ...(problem.errors && { errors: problem.errors }),
    ...(problem.channels && { channels: problem.channels }),
    ...(problem.triesLeft !== undefined && { triesLeft: problem.triesLeft }),
  };
  return {
    statusCode: status,
    headers: { ...problem.headers, 'Content-Type': 'application/problem+json' },
    body: JSON.stringify(body),
  };
}
