/**
 * Teams through the webhook of a workflow ("Post to a channel when a webhook request is received"), which each
 * recipient brings. 202 means that the workflow was started, not that the card was posted: acceptance is all that is
 * ever known, and is no success for the tier (docs/spec/escalation.md#tiers).
 */
import { textAlone } from '../../core/content/teams.ts';
import type { SendResult, TeamsProvider, TeamsRequest } from '../../core/providers/ports.ts';
import { isLoopbackUrl, isTeamsWebhook } from '../../core/recipient/teams-url.ts';
import { ambiguous, BUSY, failed, ours, unanswered, withRetryAfter } from '../faults.ts';
import { createHttp, type Http, HttpFailure, type HttpReply } from '../http.ts';
import { teamsFault } from './teams-codes.ts';

export interface TeamsOptions {
  /** For the whole call, milliseconds. */
  timeoutMs: number;
  /**
   * Called instead of the workflow's host, with its path and query. With it URLs on this machine are called too, as
   * they are. Never set in AWS.
   */
  apiUrl?: string;
  /** For tests. */
  http?: Http;
}

/** Teams posts nothing above about 28 KB, and does not say so: the workflow fails after its 202. */
const MAX_BYTES = 28_000;

/** Our own word, the service's, and its status where it gives none. */
const TOO_LARGE: ReadonlySet<string> = new Set(['too_large', 'RequestEntityTooLarge', 'http_413']);

/** Names the run that a request started, in the workflow's history. */
const RUN_ID = 'x-ms-workflow-run-id';

/**
 * Makes the only leg of the teams channel. `to` is the webhook's URL. `send` tries once and never throws. A card that
 * is refused for its size is replaced by its text, once.
 */
export function createTeams(options: TeamsOptions): TeamsProvider {
  const http = options.http ?? createHttp({ timeoutMs: options.timeoutMs });

  async function send({ to, ref, card }: TeamsRequest): Promise<SendResult> {
    const url = calledUrl(to, options.apiUrl);
    if (url === undefined) return failed(ours('webhook_refused', 'recipient_permanent', 'not the URL of a workflow'));
    const result = await post(url, ref, card);
    const isTooLarge = result.outcome === 'failed' && TOO_LARGE.has(result.fault.code);
    // No workflow was started for what was too large.
    return isTooLarge ? post(url, ref, textAlone(card)) : result;
  }

  async function post(url: string, ref: string, card: object): Promise<SendResult> {
    const body = envelope(card);
    if (Buffer.byteLength(body) > MAX_BYTES) return failed(ours('too_large', 'our_bug', 'the card is too large'));
    try {
      const reply = await http({
        method: 'POST',
        url,
        headers: { 'Content-Type': 'application/json', 'User-Agent': 'lifeline' },
        body,
        timeoutMs: options.timeoutMs,
      });
      return read(reply, ref);
    } catch (error) {
      return failed(unreached(error));
    }
  }
  return { name: 'teams', receipts: 'none', send };
}

function calledUrl(to: string, apiUrl: string | undefined): string | undefined {
  if (apiUrl === undefined) return isTeamsWebhook(to) ? to : undefined;
  if (isLoopbackUrl(to)) return to;
  if (!isTeamsWebhook(to)) return undefined;
  const { pathname, search } = new URL(to);
  return `${apiUrl.replace(/\/$/, '')}${pathname}${search}`;
}

const envelope = (content: object) =>
  JSON.stringify({
    type: 'message',
    attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content }],
  });

function read(reply: HttpReply, ref: string): SendResult {
  const { status, headers, body } = reply;
  if (status < 200 || status > 299) return failed(withRetryAfter(teamsFault(status, body), reply, Date.now()));
  const run = headers[RUN_ID];
  const isRun = typeof run === 'string' && /^[\w-]{1,128}$/.test(run);
  // A workflow with a response of its own answers 200 and whatever it likes; the run shows that it was one.
  if (status !== 202 && !isRun) return failed(ambiguous('garbage', 'answered with something that is not a workflow'));
  return { outcome: 'accepted', providerId: `teams:${isRun ? run : ref}`, providerStatus: 'accepted' };
}

/**
 * A host that does not resolve is either a mistyped webhook or our own name service: worth a retry, no word on Teams.
 */
function unreached(error: unknown) {
  const fault = unanswered(error, true);
  const isUnknownHost = error instanceof HttpFailure && /^(ENOTFOUND|EAI_AGAIN)$/.test(error.code);
  return isUnknownHost ? { ...fault, ...BUSY } : fault;
}
