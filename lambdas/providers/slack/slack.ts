/** Messages in Slack: direct ones to a person, posts to a channel, and changes of what was posted. */
import type { SendResult, SlackContent, SlackProvider, SlackRequest } from '../../core/providers/ports.ts';
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
 * text is sent alone, once, with the link that its buttons stood for: a page without its layout is worth more than none.
 *
 * `to` is a user id, which opens the direct message, or a channel id. Slack documents no idempotency key for
 * chat.postMessage (it takes `client_msg_id` and promises nothing), so after an ambiguous outcome the next attempt may
 * show the message twice. There is no word after acceptance: Slack has it, and the person has it.
 */
export function createSlack(options: SlackOptions): SlackProvider {
  const { credentials, apiUrl, timeoutMs, http = createHttp({ timeoutMs }) } = options;
  const call = (method: string, args: object) => callSlack({ http, credentials, apiUrl }, method, args);

  async function post(method: string, where: object, { text, blocks, link }: SlackContent): Promise<SendResult> {
    let answer = await call(method, { ...where, text, blocks });
    // Slack has posted nothing of what it refuses for its layout.
    if (!answer.ok && REFUSED_LAYOUTS.has(answer.fault.code)) {
      const alone = link === undefined ? text : `${text}\n${link}`;
      answer = await call(method, { ...where, text: alone, blocks: [] });
    }
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
    send: ({ to, ...content }: SlackRequest) =>
      // Links in a page are for following, not for a preview that pushes the buttons off the screen.
      post('chat.postMessage', { channel: to, unfurl_links: false, unfurl_media: false }, content),
    async update(providerId: string, content: SlackContent) {
      const [channel, ts] = providerId.split('/');
      return post('chat.update', { channel, ts }, content);
    },
  };
}
