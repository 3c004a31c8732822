/**
 * Twilio's Messages API, and before it that of calls (calls-api.ts), as far as Lifeline and its tests use it, with
 * every way it can misbehave (docs/spec/local-run.md#simulators).
 *
 * What happens to the message in the modes that give no clear answer: with `hang` and `garbage` it was taken, reaches
 * the phone and calls back, which is the case that makes duplicates; with `reset`, `down` and the refusals it was not.
 * A message is taken when the request arrives: `latencyMs` and `slow` hold back the answer, so callbacks may overtake
 * it.
 */
import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { maskAnyPhones, maskPhone } from '../../../lambdas/core/recipient/mask.ts';
import { readBody, send } from '../../cloud/http.ts';
import type { AccountSettings } from '../account-settings.ts';
import { answerAs } from '../answer-as.ts';
import type { Due } from '../due.ts';
import { type Check, type Mode, type ModeSwitch, whole } from '../modes.ts';
import type { Message, Step, Store } from '../store.ts';
import type { TwilioAccount, TwilioSettings } from './account.ts';
import type { CallsApi } from './calls-api.ts';
import type { Carriers, Route } from './carriers.ts';
import { validate } from './create.ts';
import { type TwilioAnswer, twilioError } from './errors.ts';
import { account, accountPath, inboundMessage, listPage, messagesPath, resource } from './resource.ts';
import { senders } from './senders.ts';
import type { Texts } from './texts.ts';

/** How long the Compliance Toolkit puts a text off: from late evening to eight in the morning. */
const PUT_OFF = 10 * 60 * 60 * 1_000;
/** After acceptance, milliseconds: long enough to be seen apart, short enough not to be waited for. */
const SENT_AFTER = 100;
const ARRIVES_AFTER = 300;
const UNREACHABLE_HANDSET = 30003;

export const twilioErrorCode: Check = (v) => (whole(v, 10_000, 99_999) ? undefined : 'must be a five-digit error code');
const codeOf = (mode: Mode) => (mode.errorCode === undefined ? undefined : Number(mode.errorCode));

export class TwilioApi {
  private readonly account: TwilioAccount;
  private readonly store: Store;
  private readonly modes: ModeSwitch;
  private readonly callbacks: Due;
  private readonly texts: Texts;
  private readonly carriers: Carriers;
  private readonly settings: AccountSettings<TwilioSettings>;
  private readonly speed: number;
  private readonly calls: CallsApi;
  private readonly publicUrl: string | undefined;
  private readonly log: (line: string) => void;
  private readonly stopping: AbortSignal;
  constructor(o: {
    account: TwilioAccount;
    store: Store;
    modes: ModeSwitch;
    callbacks: Due;
    texts: Texts;
    carriers: Carriers;
    settings: AccountSettings<TwilioSettings>;
    speed: number;
    calls: CallsApi;
    /** What our API is called outside; undefined where nobody takes what comes in. */
    publicUrl: string | undefined;
    log: (line: string) => void;
    stopping: AbortSignal;
  }) {
    this.account = o.account;
    this.store = o.store;
    this.modes = o.modes;
    this.callbacks = o.callbacks;
    this.texts = o.texts;
    this.carriers = o.carriers;
    this.settings = o.settings;
    this.speed = o.speed;
    this.calls = o.calls;
    this.publicUrl = o.publicUrl;
    this.log = o.log;
    this.stopping = o.stopping;
  }

  /** @param path below the API's base URL: `/2010-04-01/Accounts/…` */
  async handle(req: IncomingMessage, res: ServerResponse, path: string, query: URLSearchParams): Promise<void> {
    const body = await readBody(req);
    const isAccount = path === accountPath(this.account.accountSid);
    const mode = this.modes.next(isAccount ? 'account' : 'send');
    if (mode.mode === 'reset') return void req.socket.destroy();

    const answer = refusal(mode, isAccount) ?? this.answer(req, path, query, body, mode);
    await answerAs(mode, req, res, this.stopping, () =>
      send(res, answer.status, 'application/json;charset=utf-8', JSON.stringify(answer.body), {
        'Twilio-Request-Id': `RQ${randomBytes(16).toString('hex')}`,
        ...(answer.status === 401 && { 'WWW-Authenticate': 'Basic realm="Twilio API"' }),
        ...(answer.status === 429 && { 'Retry-After': '1' }),
      }),
    );
  }

  private answer(req: IncomingMessage, path: string, query: URLSearchParams, body: string, mode: Mode): TwilioAnswer {
    const { accountSid, authToken } = this.account;
    const expected = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`;
    if (req.headers.authorization !== expected) return twilioError(20003);

    if (path === accountPath(accountSid)) {
      const status = mode.mode === 'suspended' ? 'suspended' : 'active';
      const type = this.settings.current.trial ? 'Trial' : 'Full';
      const body = account(accountSid, authToken, status, type);
      return req.method === 'GET' ? { status: 200, body } : twilioError(20004);
    }
    const aboutSenders = senders(path, query, this.account, this.publicUrl, this.settings.current);
    if (aboutSenders) return req.method === 'GET' ? { status: 200, body: aboutSenders } : twilioError(20004);
    const aboutCalls = this.calls.answer(req.method, path, body, mode);
    if (aboutCalls) return aboutCalls;
    const base = messagesPath(accountSid);
    if (path === `${base}.json`) {
      if (req.method === 'GET') return { status: 200, body: listPage(this.store, this.texts, this.account, query) };
      return req.method === 'POST' ? this.create(new URLSearchParams(body), mode) : twilioError(20004);
    }
    const sid = path.startsWith(`${base}/`) ? path.slice(base.length + 1).replace(/\.json$/, '') : undefined;
    const message = sid === undefined ? undefined : this.store.message(sid);
    const cameIn = sid === undefined ? undefined : this.texts.get(sid);
    if (cameIn && req.method === 'GET') {
      return { status: 200, body: resource(inboundMessage(cameIn, this.account), 'inbound') };
    }
    if (!message) return twilioError(20404, path);
    if (req.method === 'GET') return { status: 200, body: resource(message) };
    return req.method === 'POST' ? this.cancel(message, new URLSearchParams(body)) : twilioError(20004);
  }

  /** Only what is scheduled can be taken back. */
  private cancel(message: Message, form: URLSearchParams): TwilioAnswer {
    if (form.get('Status') !== 'canceled' || message.status !== 'scheduled') return twilioError(30409, message.sid);
    this.store.cancel(message.sid, Date.now());
    return { status: 200, body: resource(this.store.message(message.sid) ?? message) };
  }

  private create(form: URLSearchParams, mode: Mode): TwilioAnswer {
    const wanted = validate(form, this.account.phoneNumber);
    if ('status' in wanted) return wanted;
    if (this.texts.isBlocked(wanted.to, wanted.sender)) return twilioError(21610, wanted.to);
    const code = codeOf(mode);
    if (mode.mode === 'ok' && code) return twilioError(code, wanted.to);
    const now = Date.now();
    const { isUnchecked, validityMs, ...told } = wanted;
    const isPutOff = this.settings.current.complianceToolkit;
    const due = isPutOff ? now + PUT_OFF / this.speed : now;
    const text = { ...told, isUnchecked, validityMs: validityMs / this.speed };
    const { shown, ...route } = this.carriers.route(text, due);
    const message: Message = {
      ...told,
      sid: `SM${randomBytes(16).toString('hex')}`,
      accountSid: this.account.accountSid,
      status: isPutOff ? 'scheduled' : wanted.serviceSid === null ? 'queued' : 'accepted',
      errorCode: null,
      createdAt: now,
      updatedAt: now,
      sentAt: null,
    };
    const isLost = mode.mode === 'undelivered' || route.errorCode !== undefined;
    const reaches = isLost ? 'never' : route.sentAt > now ? 'when-sent' : 'now';
    this.store.accept(message, future(mode, route), reaches, shown);
    if (reaches === 'now') this.log(lineOf(message));
    const answer = resource(message);
    this.callbacks.wake();
    return { status: 201, body: answer };
  }
}

/** A text that reaches a phone, as one line of the local run's output. */
export const lineOf = ({ to, body }: Pick<Message, 'to' | 'body'>): string =>
  `☎ ${maskPhone(to)}  ${maskAnyPhones(body.replace(/\s+/g, ' '))}`;

/** What happens to a message after it was taken. */
function future(
  mode: Mode,
  { sentAt, errorCode: refused }: Omit<Route, 'shown'>,
): Omit<Step, 'seq' | 'sid' | 'tries'>[] {
  const callsBack = mode.mode === 'silent' ? 0 : 1;
  if (refused !== undefined) {
    return [{ status: 'failed', errorCode: refused, dueAt: sentAt + SENT_AFTER, callsBack }];
  }
  const sent = { status: 'sent', errorCode: null, dueAt: sentAt + SENT_AFTER, callsBack };
  const lost = mode.mode === 'undelivered';
  const errorCode = lost ? (codeOf(mode) ?? UNREACHABLE_HANDSET) : null;
  return [sent, { status: lost ? 'undelivered' : 'delivered', errorCode, dueAt: sentAt + ARRIVES_AFTER, callsBack }];
}

/** Modes in which Twilio answers before it looks at the message. */
function refusal(mode: Mode, isAccount: boolean): TwilioAnswer | undefined {
  if (mode.mode === 'down') return twilioError(20503);
  if (mode.mode === 'unauthorized') return twilioError(codeOf(mode) ?? 20003);
  // A suspended account may still be asked about itself, and says so; with a code it is refused like everything else.
  if (mode.mode === 'suspended' && isAccount && !mode.errorCode) return undefined;
  if (mode.mode === 'suspended') return twilioError(codeOf(mode) ?? 20005);
  if (mode.mode === 'rate-limited') return twilioError(codeOf(mode) ?? 20429);
  return undefined;
}
