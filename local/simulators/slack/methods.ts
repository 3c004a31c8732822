/** Slack's Web API as far as Lifeline, its tests and people who try things out with the SDK use it. */
import type { Mode } from '../modes.ts';
import { type Block, channelOf, type Messages } from './messages.ts';
import { refusalOf } from './validate.ts';

export type Args = Record<string, unknown>;
export type SlackBody = { ok: boolean } & Record<string, unknown>;

export const TEAM = { id: 'T0LOCAL', domain: 'local' };
export const APP_ID = 'A0LOCAL';
const BOT = { user_id: 'U0LIFELINE', bot_id: 'B0LIFELINE' };

export const refused = (error: string, more: object = {}): SlackBody => ({ ok: false, error, ...more });

interface Method {
  /** Posts or changes something, and so is hit by what is set for sends. */
  sends?: true;
  call(args: Args, messages: Messages, mode: Mode): SlackBody;
}

const METHODS: Record<string, Method> = {
  'api.test': { call: (args) => ({ ok: true, args }) },
  'auth.test': {
    call: () => ({
      ok: true,
      url: 'https://local.slack.com/',
      team: 'Local',
      user: 'lifeline',
      team_id: TEAM.id,
      ...BOT,
    }),
  },
  'chat.postMessage': {
    sends: true,
    call(args, messages, mode) {
      const channel = channelOf(textOf(args.channel));
      if (!channel) return refused('channel_not_found');
      const content = contentOf(args);
      if ('error' in content) return content.error;
      const { text, blocks } = content;
      // Accepted and seen by nobody: the workspace hides it, the app's messages are muted.
      const hidden = mode.mode === 'undelivered';
      const ts = hidden ? `${Math.floor(Date.now() / 1_000)}.999999` : messages.post(channel, text, blocks, Date.now());
      const message = {
        type: 'message',
        subtype: 'bot_message',
        text,
        ts,
        blocks,
        team: TEAM.id,
        app_id: APP_ID,
        ...BOT,
      };
      return { ok: true, channel, ts, message };
    },
  },
  'chat.update': {
    sends: true,
    call(args, messages) {
      const [channel, ts] = [textOf(args.channel), textOf(args.ts)];
      const content = contentOf(args);
      if ('error' in content) return content.error;
      const { text, blocks } = content;
      if (!messages.update(channel, ts, text, blocks, Date.now())) return refused('message_not_found');
      return { ok: true, channel, ts, text, message: { type: 'message', text, blocks, ...BOT } };
    },
  },
  'conversations.open': {
    call({ users }) {
      const channel = /^[UW]/.test(textOf(users)) ? channelOf(textOf(users)) : undefined;
      return channel ? { ok: true, channel: { id: channel } } : refused('user_not_found');
    },
  },
  'users.info': {
    call({ user }) {
      const id = textOf(user);
      if (!/^[UW]/.test(id) || !channelOf(id)) return refused('user_not_found');
      const name = nameOf(id);
      return { ok: true, user: { id, team_id: TEAM.id, name, real_name: name, deleted: false, is_bot: false } };
    },
  },
};

export const methodOf = (name: string): Method | undefined =>
  Object.hasOwn(METHODS, name) ? METHODS[name] : undefined;

/** What a user is called who never said. */
export const nameOf = (userId: string): string => userId.toLowerCase();

/** The SDK sends forms, in which blocks are a text of JSON; others send JSON. */
export function argsOf(contentType: string, body: string): Args | undefined {
  if (!contentType.startsWith('application/json')) return Object.fromEntries(new URLSearchParams(body));
  try {
    const parsed: unknown = JSON.parse(body || '{}');
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? (parsed as Args) : undefined;
  } catch {
    return undefined;
  }
}

function contentOf(args: Args): { text: string; blocks: Block[] } | { error: SlackBody } {
  const text = textOf(args.text);
  let { blocks } = args;
  try {
    if (typeof blocks === 'string') blocks = JSON.parse(blocks);
  } catch {
    return { error: refused('invalid_blocks_format') };
  }
  const refusal = refusalOf(text, blocks);
  if (!refusal) return { text, blocks: (blocks ?? []) as Block[] };
  const { error, messages } = refusal;
  return { error: refused(error, messages && { errors: messages, response_metadata: { messages } }) };
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
