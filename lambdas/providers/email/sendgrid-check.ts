/**
 * Whether SendGrid would take our mails: it knows our key and says that it may send. It cannot say whether the sender is
 * verified. https://www.twilio.com/docs/sendgrid/api-reference/api-key-permissions/retrieve-a-list-of-scopes-for-which-this-user-has-access
 */
import type { CheckResult, ProviderCheck } from '../../core/health/ports.ts';
import type { Fault } from '../../core/providers/fault.ts';
import { ours, unanswered } from '../faults.ts';
import { createHttp, type Http, HttpFailure } from '../http.ts';
import { fields, parse } from './events.ts';
import { isApiKey, SENDGRID_URL, type SendGridCredentials, sendGridHeaders } from './sendgrid.ts';
import { callFault } from './sendgrid-codes.ts';

export interface SendGridCheckOptions {
  credentials: () => Promise<SendGridCredentials>;
  /** Default https://api.sendgrid.com. */
  apiUrl?: string;
  /** For the whole call, milliseconds. */
  timeoutMs: number;
  /** For tests. */
  http?: Http;
}

/** Makes the check of the email channel through SendGrid. It never throws. */
export function createSendGridCheck(options: SendGridCheckOptions): ProviderCheck {
  const http = options.http ?? createHttp({ timeoutMs: options.timeoutMs });
  const url = `${options.apiUrl ?? SENDGRID_URL}/v3/scopes`;

  async function check(): Promise<CheckResult> {
    let apiKey: string;
    try {
      ({ apiKey } = await options.credentials());
    } catch {
      return { finding: 'unknown', message: 'the credentials could not be read' };
    }
    if (!isApiKey(apiKey)) return failing(account('credentials_invalid', 'the API key is missing or malformed'));
    try {
      const { status, body } = await http({ method: 'GET', url, headers: sendGridHeaders(apiKey) });
      return judge(status, body);
    } catch (error) {
      if (!(error instanceof HttpFailure)) return { finding: 'unknown', message: 'the check itself failed' };
      return failing(unanswered(error, true));
    }
  }
  return { provider: 'sendgrid', channel: 'email', check };
}

function judge(status: number, body: string): CheckResult {
  if (status < 200 || status > 299) return failing(callFault(status, body));
  const { scopes } = fields(parse(body));
  if (!Array.isArray(scopes))
    return failing(ours('garbage', 'provider_fault', 'answered with something without scopes'));
  if (scopes.includes('mail.send')) return { finding: 'ok' };
  return failing(account('scope_missing', 'the API key may not send mail'));
}

const failing = (fault: Fault): CheckResult => ({ finding: 'failing', fault });
const account = (code: string, message: string): Fault =>
  ours(code, 'account_fault', message, 'failsOver', 'counts', 'opens');
