import type { Fault } from '../../core/providers/fault.ts';
import { awsError } from '../aws-error.ts';
import { presentable } from '../faults.ts';
import { awsVoiceFault } from './aws-voice-codes.ts';

/** What an error of the SDK's client means. Never throws. */
export function classifyAws(error: unknown): Fault {
  const found = awsError(error);
  if ('fault' in found) return found.fault;
  const { status, name, reason, message } = found.refusal;
  return awsVoiceFault(status, name, reason, presentable(message));
}
