/**
 * One call of Slack's Web API, tried once over our own HTTP layer: Slack's SDK repeats a call ten times over half an hour
 * and cannot say whether a request went out. test/contract holds the requests against the SDK's.
 */
import type { Fault } from '../../core/providers/fault.ts';
import { ambiguous, ours, unanswered, withRetryAfter } from '../faults.ts';
import type { Http, HttpReply } from '../http.ts';
import { slackFault } from './slack-codes.ts';

export interface SlackCredentials {
  /** `xoxb-…` */
  botToken: string;
}

export type SlackAnswer = { ok: true; body: Record<string, unknown> } | { ok: false; fault: Fault };

export interface SlackCall {
  http: Http;
  /** Read for every call; cache inside. */
  credentials: () => Promise<SlackCredentials>;
  /** With or without `/api` at its end; undefined or empty is https://slack.com. */
  apiUrl: string | undefined;
}

/** Calls a method such as `chat.postMessage`. Never throws: whatever goes wrong is classified. */
export async function callSlack(
  { http, credentials, apiUrl }: SlackCall,
  method: string,
  args: object,
): Promise<SlackAnswer> {
  let token: string;
  try {
    token = (await credentials()).botToken;
  } catch {
    // Ours, not Slack's: the circuit must not open for it.
    return refused(ours('credentials_unavailable', 'transient', 'the credentials could not be read', 'failsOver'));
  }
  // Anything else could not even stand in a header.
  if (!/^[\x21-\x7e]+$/.test(token)) {
    const words = 'botToken is missing or malformed';
    return refused(ours('credentials_invalid', 'account_fault', words, 'failsOver', 'counts', 'opens'));
  }
  let reply: HttpReply;
  try {
    reply = await http({
      method: 'POST',
      url: `${apiBase(apiUrl)}/${method}`,
      headers: {
        Authorization: `Bearer ${token}`,
        'Content-Type': 'application/json; charset=utf-8',
        'User-Agent': 'lifeline',
      },
      body: JSON.stringify(args),
    });
  } catch (error) {
    return refused(unanswered(error, true));
  }
  return judge(reply);
}

/** Slack's own SDK is given its base with `/api/`, other providers' bases are bare: both are understood. */
const apiBase = (url: string | undefined): string =>
  `${(url || 'https://slack.com').replace(/\/+$/, '').replace(/\/api$/, '')}/api`;

function judge(reply: HttpReply): SlackAnswer {
  const { status, body } = reply;
  const fault = (word: string | undefined) => withRetryAfter(slackFault(status, word), reply, Date.now());
  const parsed = objectOf(body);
  const succeeded = status >= 200 && status <= 299;
  if (succeeded && parsed?.ok === true) return { ok: true, body: parsed };
  if (parsed?.ok === false)
    return refused(fault(typeof parsed.error === 'string' ? word(parsed.error) : 'unknown_error'));
  // 200 with a page of HTML: whether anything was posted cannot be known.
  return refused(succeeded ? ambiguous('garbage', 'answered with something that is not of Slack') : fault(undefined));
}

/** Slack's errors are single words; what is not one may quote anything, and stands in records and logs. */
const word = (error: string): string => (/^[a-z0-9_]{1,64}$/.test(error) ? error : 'unknown_error');

function objectOf(body: string): Record<string, unknown> | undefined {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

const refused = (fault: Fault): SlackAnswer => ({ ok: false, fault });
