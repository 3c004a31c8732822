/**
 * Slack: its Web API with every way it can misbehave (docs/spec/local-run.md#simulators), what people see of it, and
 * what they do there.
 *
 * As with the other providers, with `hang`, `garbage` and `slow` the message was taken; with `reset`, `down` and the
 * refusals it was not. With `undelivered` it is accepted and nobody sees it.
 */
import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { maskAnyPhones } from '../../../lambdas/core/recipient/mask.ts';
import { methodNotAllowed, notFound, readBody, send } from '../../cloud/http.ts';
import { answerAs } from '../answer-as.ts';
import type { Check, Mode, ModeSwitch } from '../modes.ts';
import { show } from '../phones.ts';
import type { Store } from '../store.ts';
import { channelOf, Messages } from './messages.ts';
import { type Args, argsOf, methodOf, refused, type SlackBody } from './methods.ts';
import { ChannelPace } from './pace.ts';
import { SLACK_PAGE } from './page.ts';
import { People, type SlackApp } from './people.ts';

export const slackErrorCode: Check = (v) =>
  typeof v === 'string' && /^[a-z0-9_]{1,64}$/.test(v) ? undefined : "must be one of Slack's error words";

export interface SlackOptions {
  store: Store;
  modes: ModeSwitch;
  /** Undefined where the app is a real one somewhere else: then no token is good here. */
  app: SlackApp | undefined;
  /** Where this is reached: `http://127.0.0.1:3000/simulators/slack`. */
  baseUrl: string;
  /** The API that clicks and commands are sent to. */
  apiUrl: string | undefined;
  /** Time passes faster by this than in the world. */
  speed: number;
  /** Epoch ms. */
  now: () => number;
  log: (line: string) => void;
  stopping: AbortSignal;
}

export class SlackApi {
  private readonly options: SlackOptions;
  private readonly messages: Messages;
  private readonly people: People;
  private readonly pace: ChannelPace;
  constructor(options: SlackOptions) {
    this.options = options;
    this.messages = new Messages(options.store);
    this.pace = new ChannelPace(options.speed, options.now);
    this.people = new People({ ...options, messages: this.messages });
  }

  /** Where anything was posted. */
  readonly targets = () => this.messages.targets();

  /** @param path below the simulator's base URL: `/api/chat.postMessage`, `/U0123`, `/U0123/click` */
  async handle(req: IncomingMessage, res: ServerResponse, path: string): Promise<void> {
    const [, first = '', second, ...rest] = path.split('/').map(decoded);
    // Methods have a dot in them and nothing else has, so a base URL without /api is good as well.
    const method = first === 'api' ? second : first.includes('.') ? first : undefined;
    if (method !== undefined) return this.call(req, res, method);
    if (rest.length > 0) throw notFound('No such page.');
    if (first === 'responses') return this.people.respond(req, res, second ?? '');
    if (second === 'click' || second === 'command') {
      if (req.method !== 'POST') throw methodNotAllowed('POST');
      return this.people[second](req, res, first);
    }
    const channel = channelOf(first);
    if (second !== undefined || !channel) throw notFound('No such user, channel or page.');
    if (req.method !== 'GET') throw methodNotAllowed('GET');
    show(req, res, SLACK_PAGE, { items: this.messages.list(channel) });
  }

  private async call(req: IncomingMessage, res: ServerResponse, name: string): Promise<void> {
    const args = argsOf(req.headers['content-type'] ?? '', await readBody(req));
    const method = methodOf(name);
    const mode = this.options.modes.next(method?.sends ? 'send' : 'account');
    if (mode.mode === 'reset') return void req.socket.destroy();

    const answer = refusalIn(mode, method?.sends === true) ?? this.answer(req, name, args, mode);
    await answerAs(mode, req, res, this.options.stopping, () =>
      send(res, answer.error === 'ratelimited' ? 429 : 200, 'application/json; charset=utf-8', JSON.stringify(answer), {
        'X-Slack-Req-Id': randomBytes(16).toString('hex'),
        ...(answer.error === 'ratelimited' && { 'Retry-After': '1' }),
      }),
    );
  }

  private answer(req: IncomingMessage, name: string, args: Args | undefined, mode: Mode): SlackBody {
    const method = methodOf(name);
    if (!method) return refused('unknown_method', { req_method: name });
    if (!args) return refused('invalid_json');
    const { app, log } = this.options;
    const token = req.headers.authorization?.replace(/^Bearer /, '') ?? args.token;
    if (token === undefined || token === '') return refused('not_authed');
    if (!app || token !== app.botToken) return refused('invalid_auth');
    const channel = name === 'chat.postMessage' ? channelOf(String(args.channel ?? '')) : undefined;
    if (channel !== undefined && !this.pace.takes(channel)) return refused('ratelimited');
    const answer = method.call(args, this.messages, mode);
    if (answer.ok && name === 'chat.postMessage')
      log(`# ${args.channel}  ${maskAnyPhones(String(args.text ?? '').replace(/\s+/g, ' '))}`);
    return answer;
  }
}

/** Modes in which Slack answers before it looks at the message. A word of an error is about sends alone. */
function refusalIn({ mode, errorCode }: Mode, isSend: boolean): SlackBody | undefined {
  const word = errorCode === undefined ? undefined : String(errorCode);
  if (mode === 'down') return refused(word ?? 'service_unavailable');
  if (mode === 'unauthorized') return refused(word ?? 'invalid_auth');
  if (mode === 'suspended') return refused(word ?? 'account_inactive');
  if (mode === 'rate-limited') return refused(word ?? 'ratelimited');
  return mode === 'ok' && word && isSend ? refused(word) : undefined;
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
