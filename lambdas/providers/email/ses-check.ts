/**
 * Whether SES would take our mails: what it says of this account in this region. A paused account refuses every mail, one
 * in the sandbox only those to recipients that are not verified, which is not for a check to judge.
 */
import { GetAccountCommand, type SESv2Client } from '@aws-sdk/client-sesv2';
import type { CheckResult, ProviderCheck } from '../../core/health/ports.ts';
import type { Fault } from '../../core/providers/fault.ts';
import { ours, presentable, unanswered } from '../faults.ts';
import { callFault } from './ses-codes.ts';

export interface SesCheckOptions {
  /** Tries once, and speaks through `awsHttp`: see `sesv2()` in composition/aws/clients.ts. */
  client: Pick<SESv2Client, 'send'>;
  /** For the whole call, milliseconds. */
  timeoutMs: number;
}

/** Not allowed to ask, or not so often: sending has permissions and limits of its own. */
const SAYS_NOTHING = /^(AccessDenied|NotAuthorized|Throttl|TooManyRequests)/;

/** Makes the check of the email channel through SES. It never throws. */
export function createSesCheck({ client, timeoutMs }: SesCheckOptions): ProviderCheck {
  async function check(): Promise<CheckResult> {
    try {
      const account = await client.send(new GetAccountCommand({}), { requestTimeout: timeoutMs });
      return judge(account.SendingEnabled, account.EnforcementStatus);
    } catch (error) {
      return judgeError(error);
    }
  }
  return { provider: 'ses', channel: 'email', check };
}

/** `PROBATION` still sends. */
function judge(isEnabled: boolean | undefined, enforcement: string | undefined): CheckResult {
  if (enforcement === 'SHUTDOWN') return failing(account('account_shutdown', 'the account is shut down'));
  if (isEnabled === undefined) {
    return failing(ours('garbage', 'provider_fault', 'answered with something that is not an account'));
  }
  return isEnabled ? { finding: 'ok' } : failing(account('sending_paused', 'sending is paused'));
}

function judgeError(error: unknown): CheckResult {
  const { name, message, $response, $fault } = (error ?? {}) as {
    name?: string;
    message?: string;
    $fault?: string;
    $response?: { statusCode?: number };
  };
  const status = $response?.statusCode;
  const code = $fault && name;
  if (code && SAYS_NOTHING.test(code)) return { finding: 'unknown', message: `not answered: ${code}` };
  if (name === 'CredentialsProviderError') return { finding: 'unknown', message: 'the credentials could not be read' };
  if (status === undefined) return failing(unanswered(error, true));
  return status <= 299 ? judge(undefined, undefined) : failing(callFault(status, code, presentable(message)));
}

const failing = (fault: Fault): CheckResult => ({ finding: 'failing', fault });
const account = (code: string, message: string): Fault =>
  ours(code, 'account_fault', message, 'failsOver', 'counts', 'opens');
