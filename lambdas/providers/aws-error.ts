import type { Fault } from '../core/providers/fault.ts';
import { ambiguous, ours, unanswered } from './faults.ts';

/** As the SDK reports a refusal: `$response` is there whenever any answer came, `$fault` when it could be read. */
interface SdkError {
  name?: unknown;
  Code?: unknown;
  Reason?: unknown;
  $fault?: unknown;
  message?: unknown;
  $response?: { statusCode?: number };
}

/** A request that was answered with an error. Which of its words is the code differs from service to service. */
export interface AwsRefusal {
  status: number;
  /** Of the error's class, where the answer could be read as one. */
  name: string | undefined;
  code: string | undefined;
  reason: string | undefined;
  /** AWS's own, not masked yet. */
  message: unknown;
}

const word = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** What an error of an AWS client is about: a refusal, to be judged by the service's codes, or a fault. Never throws. */
export function awsError(error: unknown): { refusal: AwsRefusal } | { fault: Fault } {
  const { name, Code, Reason, message, $fault, $response } = (error ?? {}) as SdkError;
  const status = $response?.statusCode;
  if (status !== undefined && status >= 200 && status <= 299) {
    return { fault: ambiguous('garbage', 'answered with something that is not a message') };
  }
  if (status !== undefined) {
    const named = $fault ? word(name) : undefined;
    return { refusal: { status, name: named, code: word(Code), reason: word(Reason), message } };
  }
  if (name === 'CredentialsProviderError') {
    const words = 'the credentials could not be read';
    return { fault: ours('credentials_unavailable', 'transient', words, 'failsOver') };
  }
  // Whatever else goes wrong without an answer may have done so after the request went out.
  return { fault: unanswered(error, true) };
}
