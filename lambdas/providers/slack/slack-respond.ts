/**
 * Answers a click by its `response_url`: for buttons of blocks Slack wants an empty 200 within three seconds and takes the
 * new message only here. https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
 */
import type { SlackContent } from '../../core/providers/ports.ts';
import type { Http } from '../http.ts';

export type SlackReply =
  | ({ replace_original: true } & SlackContent)
  | { response_type: 'ephemeral'; replace_original: false; text: string };

export interface RespondOptions {
  http: Http;
  /** Another base for Slack's API; its response URLs are on the same origin. */
  apiUrl?: string;
}

/** Posts the reply; false when it could not be. Never throws, and posts nowhere but to Slack. */
export function createSlackRespond({ http, apiUrl }: RespondOptions) {
  const origins = new Set(['https://hooks.slack.com', 'https://hooks.slack-gov.com']);
  if (apiUrl) origins.add(new URL(apiUrl).origin);

  return async (responseUrl: string | undefined, reply: SlackReply): Promise<boolean> => {
    if (!responseUrl || !URL.canParse(responseUrl) || !origins.has(new URL(responseUrl).origin)) return false;
    const headers = { 'Content-Type': 'application/json; charset=utf-8', 'User-Agent': 'lifeline' };
    try {
      const { status } = await http({ method: 'POST', url: responseUrl, headers, body: JSON.stringify(reply) });
      return status >= 200 && status <= 299;
    } catch {
      return false;
    }
  };
}
