/**
 * Whether Twilio would take our sends: the account says of itself that it is active, with the credentials that sends use.
 * Apart from the sending side so that who only checks does not carry it. https://www.twilio.com/docs/iam/api/account
 */
import type { CheckResult, ProviderCheck } from '../../core/health/ports.ts';
import type { Fault } from '../../core/providers/fault.ts';
import { ours, unanswered } from '../faults.ts';
import { createHttp, type Http, HttpFailure } from '../http.ts';
import type { TwilioCredentials } from '../twilio-transport.ts';
import { callFault } from './twilio-codes.ts';

export interface TwilioCheckOptions {
  credentials: () => Promise<TwilioCredentials>;
  /** Default https://api.twilio.com. */
  apiUrl?: string;
  /** For the whole call, milliseconds. */
  timeoutMs: number;
  /** For tests. */
  http?: Http;
}

/**
 * Makes the check of the account behind the sms channel. It never throws. What the account says, and what is said of our
 * credentials, opens a circuit; no answer in time does not: sends find that out by themselves, and may be luckier.
 */
export function createTwilioCheck(options: TwilioCheckOptions): ProviderCheck {
  const http = options.http ?? createHttp({ timeoutMs: options.timeoutMs });
  const apiUrl = options.apiUrl ?? 'https://api.twilio.com';

  async function check(): Promise<CheckResult> {
    let credentials: TwilioCredentials;
    try {
      credentials = await options.credentials();
    } catch {
      return { finding: 'unknown', message: 'the credentials could not be read' };
    }
    const { accountSid, authToken } = credentials;
    if (!/^AC\w+$/.test(accountSid) || !authToken) {
      return failing(account('credentials_invalid', 'accountSid or authToken is missing or malformed'));
    }
    try {
      const { status, body } = await http({
        method: 'GET',
        url: `${apiUrl}/2010-04-01/Accounts/${accountSid}.json`,
        headers: {
          Authorization: `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`,
          Accept: 'application/json',
          'User-Agent': 'lifeline',
        },
      });
      return judge(status, body);
    } catch (error) {
      if (!(error instanceof HttpFailure)) return { finding: 'unknown', message: 'the check itself failed' };
      return failing(unanswered(error, true));
    }
  }
  return { provider: 'twilio', channel: 'sms', check };
}

/** The answer holds the account's auth token: nothing of it but status and error code may be kept or shown. */
function judge(status: number, body: string): CheckResult {
  const { status: accountStatus, code } = fieldsOf(body);
  if (status < 200 || status > 299) {
    const known = Number.isInteger(code) ? Number(code) : undefined;
    return failing(callFault(status, known));
  }
  switch (accountStatus) {
    case 'active':
      return { finding: 'ok' };
    case 'suspended':
    case 'closed':
      return failing(account(`account_${accountStatus}`, `the account is ${accountStatus}`));
    default:
      return failing(ours('garbage', 'provider_fault', 'answered with something that is not an account'));
  }
}

function fieldsOf(body: string): { status?: unknown; code?: unknown } {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === 'object' && parsed !== null ? parsed : {};
  } catch {
    return {};
  }
}

const failing = (fault: Fault): CheckResult => ({ finding: 'failing', fault });
const account = (code: string, message: string): Fault =>
  ours(code, 'account_fault', message, 'failsOver', 'counts', 'opens');
