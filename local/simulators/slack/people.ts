/** What people do in Slack: they click buttons and type commands, and Slack passes that on, signed. */
import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { methodNotAllowed, notFound, Problem, readBody, send, sendJson } from '../../cloud/http.ts';
import { type Block, channelOf, type Messages, type SlackMessage } from './messages.ts';
import { APP_ID, nameOf, TEAM } from './methods.ts';

export interface SlackApp {
  botToken: string;
  signingSecret: string;
}

interface Options {
  app: SlackApp | undefined;
  baseUrl: string;
  apiUrl: string | undefined;
  messages: Messages;
  log: (line: string) => void;
  stopping: AbortSignal;
}

/** Slack gives up after three seconds and says "operation_timeout"; here a slow machine may take longer, and is told so. */
const SLACK_WAITS_MS = 3_000;
const TIMEOUT_MS = 10_000;

/** A click whose response URL is still good: the message, and what was whispered to the person. */
interface Open {
  message: SlackMessage;
  ephemeral: string[];
}

export class People {
  private readonly options: Options;
  private readonly open = new Map<string, Open>();
  constructor(options: Options) {
    this.options = options;
  }

  /** `POST /simulators/slack/{user}/click {messageId, actionId, name?}`: anybody may click on any message here. */
  async click(req: IncomingMessage, res: ServerResponse, user: string): Promise<void> {
    const { messageId, actionId, name } = textsOf(await readBody(req), ['messageId', 'actionId'], ['name']);
    const message = this.options.messages.find(messageId ?? '');
    if (!message) throw notFound('There is no such message.');
    const pressed = buttonOf(message.blocks, actionId ?? '');
    if (!pressed) throw new Problem(409, 'No such button', `The message has no button "${actionId}" (any more).`);
    const token = randomUUID();
    const open: Open = { message, ephemeral: [] };
    this.open.set(token, open);
    const payload = {
      type: 'block_actions',
      user: { id: userId(user), username: name ?? nameOf(user), name: name ?? nameOf(user), team_id: TEAM.id },
      api_app_id: APP_ID,
      container: { type: 'message', message_ts: tsOf(message), channel_id: message.channel, is_ephemeral: false },
      trigger_id: triggerId(),
      team: TEAM,
      enterprise: null,
      is_enterprise_install: false,
      channel: { id: message.channel, name: message.channel.startsWith('D') ? 'directmessage' : 'channel' },
      message: { type: 'message', text: message.text, ts: tsOf(message), blocks: message.blocks },
      state: { values: {} },
      response_url: `${this.options.baseUrl}/responses/${token}`,
      actions: [{ ...pressed, action_ts: stamp() }],
    };
    const { status, answer } = await this.pass('interactions', { payload: JSON.stringify(payload) });
    // The answer itself replaces nothing: for blocks Slack listens at the response URL alone.
    sendJson(res, 200, { status, answer, item: this.options.messages.find(message.id), ephemeral: open.ephemeral });
  }

  /** `POST /simulators/slack/{user}/command {text, name?, command?}` */
  async command(req: IncomingMessage, res: ServerResponse, user: string): Promise<void> {
    const given = textsOf(await readBody(req), ['text'], ['name', 'command']);
    const form = {
      team_id: TEAM.id,
      team_domain: TEAM.domain,
      channel_id: channelOf(userId(user)) ?? '',
      channel_name: 'directmessage',
      user_id: user,
      user_name: given.name ?? nameOf(user),
      command: given.command ?? '/oncall',
      text: escaped(given.text ?? ''),
      api_app_id: APP_ID,
      is_enterprise_install: 'false',
      response_url: `${this.options.baseUrl}/responses/${randomUUID()}`,
      trigger_id: triggerId(),
    };
    sendJson(res, 200, await this.pass('commands', form));
  }

  /** A response URL: what is posted there takes the message's place, or is whispered to who clicked. */
  async respond(req: IncomingMessage, res: ServerResponse, token: string): Promise<void> {
    if (req.method !== 'POST') throw methodNotAllowed('POST');
    const open = this.open.get(token);
    const body = await readBody(req);
    if (!open) return send(res, 404, 'text/plain', 'used_url');
    const { text = '', blocks = [], replace_original, response_type } = parsed(body) as Record<string, never>;
    if (replace_original) {
      const { message } = open;
      this.options.messages.update(message.channel, tsOf(message), text, blocks as Block[], Date.now());
    } else if (response_type === 'ephemeral') open.ephemeral.push(text);
    send(res, 200, 'text/plain', 'ok');
  }

  private async pass(what: 'interactions' | 'commands', form: Record<string, string>) {
    const { app, apiUrl, stopping, log } = this.options;
    if (!app || apiUrl === undefined) throw notFound('Nobody takes clicks and commands here.');
    const body = new URLSearchParams(form).toString();
    const timestamp = String(Math.floor(Date.now() / 1_000));
    const mac = createHmac('sha256', app.signingSecret).update(`v0:${timestamp}:${body}`).digest('hex');
    const began = performance.now();
    const reply = await fetch(`${apiUrl}/webhooks/slack/${what}`, {
      method: 'POST',
      redirect: 'manual',
      headers: {
        'Content-Type': 'application/x-www-form-urlencoded',
        'User-Agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
        'X-Slack-Request-Timestamp': timestamp,
        'X-Slack-Signature': `v0=${mac}`,
      },
      body,
      signal: AbortSignal.any([stopping, AbortSignal.timeout(TIMEOUT_MS)]),
    }).catch(() => {
      throw new Problem(502, 'Webhook failed', `The ${what} webhook cannot be reached.`);
    });
    const text = await reply.text();
    const took = performance.now() - began;
    if (took > SLACK_WAITS_MS) log(`slack: ${what} answered after ${Math.round(took)} ms, and Slack waits for 3000`);
    return { status: reply.status, answer: text === '' ? null : parsed(text) };
  }
}

/** As Slack hands over what a person typed. */
const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

function buttonOf(blocks: Block[], actionId: string): Record<string, unknown> | undefined {
  for (const { block_id = '', elements, accessory } of blocks) {
    const all = [...(Array.isArray(elements) ? elements : []), ...(accessory ? [accessory] : [])];
    const found = all.find((one) => one?.type === 'button' && one.action_id === actionId);
    if (found) return { ...found, block_id };
  }
  return undefined;
}

/** Throws Problem 400. */
function textsOf(body: string, required: string[], optional: string[]): Record<string, string | undefined> {
  const given = parsed(body);
  const fields = (typeof given === 'object' && given !== null ? given : {}) as Record<string, unknown>;
  const errors = [...required, ...optional.filter((name) => fields[name] !== undefined)]
    .filter((name) => typeof fields[name] !== 'string')
    .map((path) => ({ path, message: 'must be a text' }));
  if (errors.length > 0) throw new Problem(400, 'Invalid', `Send {${required.join(', ')}} as texts.`, { errors });
  return fields as Record<string, string>;
}

/** Throws Problem 404. */
function userId(user: string): string {
  if (!/^[UW]/.test(user) || !channelOf(user))
    throw notFound('Only users click and type; their ids begin with U or W.');
  return user;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const tsOf = ({ id }: SlackMessage): string => id.split('/')[1] ?? '';
const stamp = (): string => (Date.now() / 1_000).toFixed(6);
const triggerId = (): string => `${Date.now()}.${randomBytes(8).toString('hex')}`;
