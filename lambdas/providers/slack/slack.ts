/** Messages in Slack: direct ones to a person, posts to a channel, and changes of what was posted. */
import type { SendResult, SlackContent, SlackProvider, SlackRequest } from '../../core/ports.ts';
import { ambiguous, failed } from '../faults.ts';
import { createHttp, type Http } from '../http.ts';
import { callSlack, type SlackCredentials } from './slack-api.ts';

export interface SlackOptions {
  /** Read for every send; cache inside. */
  credentials: () => Promise<SlackCredentials>;
  /** Default https://slack.com. */
  apiUrl?: string;
  /** For the whole call, milliseconds. */
  timeoutMs: number;
  /** For tests. */
  http?: Http;
}

/** Words that say that the blocks are refused, and not the person, the channel or the text. */
const REFUSED_LAYOUTS: ReadonlySet<string> = new Set([
  'msg_blocks_too_long',
  'invalid_blocks',
  'invalid_blocks_format',
]);

/**
 * Makes the Slack provider. `send` and `update` try once and never throw. Blocks that Slack refuses are left out and the
 * text is sent alone, once: a page without its buttons is worth more than none.
 *
 * `to` is a user id, which opens the direct message, or a channel id. Slack documents no idempotency key for
 * chat.postMessage (it takes `client_msg_id` and promises nothing), so after an ambiguous outcome the next attempt may
 * show the message twice. There is no word after acceptance: Slack has it, and the person has it.
 */
export function createSlack(options: SlackOptions): SlackProvider {
  const { credentials, apiUrl, timeoutMs, http = createHttp({ timeoutMs }) } = options;
  const call = (method: string, args: object) => callSlack({ http, credentials, apiUrl }, method, args);

  async function post(method: string, args: object): Promise<SendResult> {
    let answer = await call(method, args);
    // Slack has posted nothing of what it refuses for its layout.
    if (!answer.ok && REFUSED_LAYOUTS.has(answer.fault.code)) answer = await call(method, { ...args, blocks: [] });
    if (!answer.ok) return failed(answer.fault);
    const { channel, ts } = answer.body;
    if (typeof channel !== 'string' || typeof ts !== 'string' || !channel || !ts) {
      return failed(ambiguous('no_id', 'answered without channel and time of the message'));
    }
    return { outcome: 'accepted', providerId: `${channel}/${ts}`, providerStatus: 'posted' };
  }

  return {
    name: 'slack',
    receipts: 'none',
    send: ({ to, text, blocks }: SlackRequest) =>
      // Links in a page are for following, not for a preview that pushes the buttons off the screen.
      post('chat.postMessage', { channel: to, text, blocks, unfurl_links: false, unfurl_media: false }),
    async update(providerId: string, { text, blocks }: SlackContent) {
      const [channel, ts] = providerId.split('/');
      return post('chat.update', { channel, ts, text, blocks });
    },
  };
}
