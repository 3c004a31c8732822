/**
 * Whether SNS would take our texts: its answer to a question about the text settings of this account and region. It
 * cannot say more: whether the month's budget is spent or a number is allowed shows only when sending.
 */
import { GetSMSAttributesCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { CheckResult, ProviderCheck } from '../../core/health/ports.ts';
import type { Fault } from '../../core/providers/fault.ts';
import { ours, presentable, unanswered } from '../faults.ts';
import { callFault } from './sns-codes.ts';

export interface SnsCheckOptions {
  /** Tries once, and speaks through `awsHttp`: see `sns()` in composition/aws/clients.ts. */
  client: Pick<SNSClient, 'send'>;
  /** For the whole call, milliseconds. */
  timeoutMs: number;
}

/** Not allowed to ask, or not so often: sending has permissions and limits of its own. */
const SAYS_NOTHING = /^(AuthorizationError|AccessDenied|Throttl)/;

/** Makes the check of the sms channel through SNS. It never throws. */
export function createSnsCheck({ client, timeoutMs }: SnsCheckOptions): ProviderCheck {
  async function check(): Promise<CheckResult> {
    try {
      const { attributes } = await client.send(new GetSMSAttributesCommand({}), { requestTimeout: timeoutMs });
      return attributes ? { finding: 'ok' } : garbage();
    } catch (error) {
      return judge(error);
    }
  }
  return { provider: 'sns', channel: 'sms', check };
}

/** What a question that was refused, or not answered, says about SNS. */
export function judge(error: unknown): CheckResult {
  const { name, Code, message, $response, $fault } = error as {
    name: string;
    Code?: string;
    message?: string;
    $fault?: string;
    $response?: { statusCode?: number };
  };
  const status = $response?.statusCode;
  const code = Code ?? ($fault && name);
  if (code && SAYS_NOTHING.test(code)) return { finding: 'unknown', message: `not answered: ${code}` };
  if (name === 'CredentialsProviderError') return { finding: 'unknown', message: 'the credentials could not be read' };
  if (status === undefined) return failing(unanswered(error, true));
  return status <= 299 ? garbage() : failing(callFault(status, code, presentable(message)));
}

const failing = (fault: Fault): CheckResult => ({ finding: 'failing', fault });
const garbage = () => failing(ours('garbage', 'provider_fault', 'answered with something that is no settings'));
