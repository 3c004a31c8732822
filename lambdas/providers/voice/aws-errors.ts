import type { Fault } from '../../core/ports.ts';
import { ambiguous, ours, presentable, unanswered } from '../faults.ts';
import { awsVoiceFault } from './aws-voice-codes.ts';

/** As the SDK reports a refusal: `$response` is there whenever any answer came, `$fault` when it could be read. */
interface SdkError {
  name?: unknown;
  Reason?: unknown;
  $fault?: unknown;
  message?: unknown;
  $response?: { statusCode?: number };
}

const word = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** What an error of the SDK's client means. Never throws. */
export function classifyAws(error: unknown): Fault {
  const { name, Reason, message, $fault, $response } = (error ?? {}) as SdkError;
  const status = $response?.statusCode;
  if (status !== undefined && status >= 200 && status <= 299) {
    return ambiguous('garbage', 'answered with something that is not a message');
  }
  if (status !== undefined) {
    return awsVoiceFault(status, $fault ? word(name) : undefined, word(Reason), presentable(message));
  }
  if (name === 'CredentialsProviderError') {
    return ours('credentials_unavailable', 'transient', 'the credentials could not be read', 'failsOver');
  }
  // Whatever else goes wrong without an answer may have done so after the request went out.
  return unanswered(error, true);
}
