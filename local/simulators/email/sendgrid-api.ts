/**
 * SendGrid's v3 API as far as Lifeline and its tests use it, with every way it can misbehave
 * (docs/spec/local-run.md#simulators). As with Twilio, `hang` and `garbage` take the mail, and a mail is taken when its
 * request arrives.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody, send } from '../../cloud/http.ts';
import { answerAs } from '../answer-as.ts';
import type { Due } from '../due.ts';
import type { Mode, ModeSwitch } from '../modes.ts';
import type { Mails, NewEvent } from './mails.ts';
import { DROPS, isStatus, type JsonAnswer, sendGridError } from './sendgrid-errors.ts';
import { type NewMail, validate } from './sendgrid-mail.ts';

/** After acceptance, milliseconds. */
const PROCESSED_AFTER = 100;
const ARRIVES_AFTER = 300;
const BOUNCES_LATE_AFTER = 600;

/** What a person can say of our mails, why SendGrid drops the next ones, and how it tells. */
export const REPORTS = {
  spam: { reason: 'Spam Reporting Address', event: 'spamreport' },
  unsubscribe: { reason: 'Unsubscribed Address', event: 'unsubscribe' },
} as const;

export interface SendGridOptions {
  apiKey: string;
  mails: Mails;
  modes: ModeSwitch;
  outbox: Due;
  /** Called for each inbox that a mail reaches. */
  arrived(to: string, subject: string): void;
  stopping: AbortSignal;
}

export class SendGridApi {
  private readonly o: SendGridOptions;
  constructor(options: SendGridOptions) {
    this.o = options;
  }

  /** @param path below the API's base URL: `/v3/mail/send` */
  async handle(req: IncomingMessage, res: ServerResponse, path: string): Promise<void> {
    const body = await readBody(req);
    const mode = this.o.modes.next(path === '/v3/scopes' ? 'account' : 'send');
    if (mode.mode === 'reset') return void req.socket.destroy();
    const answer = refusal(mode) ?? this.answer(req, path, body, mode);
    await answerAs(mode, req, res, this.o.stopping, () =>
      send(res, answer.status, 'application/json', answer.body === undefined ? '' : JSON.stringify(answer.body), {
        Server: 'nginx',
        ...answer.headers,
      }),
    );
  }

  /**
   * The reader of an inbox reports our mail as spam, or unsubscribes: from then on SendGrid drops mails to the address.
   * The latest mail there is the one that is reported.
   */
  suppress(address: string, report: keyof typeof REPORTS): void {
    const { mails, outbox } = this.o;
    const { reason, event } = REPORTS[report];
    mails.suppress(address, reason);
    const mail = mails.inbox(address).findLast(({ provider }) => provider === 'sendgrid');
    if (!mail) return;
    const timestamp = Math.floor(Date.now() / 1_000);
    const common = { email: address, timestamp, sg_event_id: randomUUID(), sg_message_id: `${mail.id}.recvd-1.0` };
    mails.accept('sendgrid', [], [{ dueAt: Date.now(), payload: { ...common, ...mails.args(mail.id), event } }]);
    outbox.wake();
  }

  /** The address is taken off SendGrid's lists, by hand as over there. */
  unsuppress(address: string): void {
    this.o.mails.unsuppress(address);
  }

  private answer(req: IncomingMessage, path: string, body: string, mode: Mode): JsonAnswer {
    if (req.headers.authorization !== `Bearer ${this.o.apiKey}`) return sendGridError(401);
    if (path === '/v3/scopes') {
      return req.method === 'GET' ? { status: 200, body: { scopes: ['mail.send'] } } : sendGridError(405);
    }
    if (path !== '/v3/mail/send') return sendGridError(404);
    if (req.method !== 'POST') return sendGridError(405);
    if (!/^application\/json\b/.test(req.headers['content-type'] ?? '')) return sendGridError(415);
    return this.take(body, mode);
  }

  private take(body: string, mode: Mode): JsonAnswer {
    const mail = validate(body);
    if ('status' in mail) return mail;
    if (mode.mode === 'ok' && mode.errorCode) return refusedWith(mode.errorCode);
    const id = randomBytes(16).toString('base64url');
    const now = Date.now();
    const isLost = mode.mode === 'undelivered';
    const shared = { id, at: new Date(now).toISOString(), provider: 'sendgrid' } as const;
    const { to, customArgs, ...content } = mail;
    // What is on one of SendGrid's lists of suppressed addresses is taken like all others, and goes nowhere.
    const suppressed = new Map(to.map((address) => [address, this.o.mails.suppressedFor(address)]));
    const going = to.filter((address) => suppressed.get(address) === undefined);
    const reached = isLost ? [] : going.map((address) => ({ ...shared, ...content, to: address }));
    const events =
      mode.mode === 'silent'
        ? []
        : to.flatMap((address) => future(address, id, mail, mode, now, suppressed.get(address)));
    this.o.mails.accept('sendgrid', reached, events);
    this.o.mails.keepArgs(id, customArgs);
    for (const { to: address, subject } of reached) this.o.arrived(address, subject);
    this.o.outbox.wake();
    return { status: 202, headers: { 'X-Message-Id': id } };
  }
}

/**
 * What will be said of a mail after it was taken.
 * @param suppressed SendGrid's reason for dropping every mail to the address
 */
function future(
  email: string,
  id: string,
  { customArgs }: Pick<NewMail, 'customArgs'>,
  mode: Mode,
  now: number,
  suppressed: string | undefined,
): NewEvent[] {
  const event = (after: number, event: string, more: object): NewEvent => {
    const dueAt = now + after;
    const common = {
      email,
      timestamp: Math.floor(dueAt / 1_000),
      'smtp-id': `<${id}@geopod-ismtpd-1>`,
      sg_event_id: randomUUID(),
      sg_message_id: `${id}.recvd-5f54b5d587-c2tpr-1-${now.toString(16).toUpperCase()}.0`,
    };
    return { dueAt, payload: { ...common, ...customArgs, event, ...more } };
  };
  if (suppressed !== undefined) return [event(PROCESSED_AFTER, 'dropped', { reason: suppressed, status: '5.0.0' })];
  const processed = event(PROCESSED_AFTER, 'processed', {});
  const delivered = event(ARRIVES_AFTER, 'delivered', { response: '250 2.0.0 OK', ip: '127.0.0.1', tls: 1 });
  if (mode.mode !== 'undelivered') return [processed, delivered];

  const code = String(mode.errorCode ?? 'blocked');
  const reason = DROPS[code];
  if (reason) return [event(PROCESSED_AFTER, 'dropped', { reason, status: '5.0.0' })];
  if (code === 'late_bounce') {
    const bounce = event(BOUNCES_LATE_AFTER, 'bounce', { type: 'bounce', status: '5.0.0', reason: '500 unknown' });
    // SendGrid no longer knows which message it was.
    bounce.payload.sg_message_id = undefined;
    return [processed, delivered, bounce];
  }
  const status = isStatus(code) ? code : '5.7.1';
  const isGone = status.startsWith('5.1.');
  const bounce = event(ARRIVES_AFTER, 'bounce', {
    type: isStatus(code) ? 'bounce' : 'blocked',
    status,
    reason: `550 ${status} <${email}>: refused`,
    bounce_classification: isGone ? 'Invalid Address' : 'Unclassified',
    ip: '127.0.0.1',
    tls: 1,
  });
  return [processed, bounce];
}

/** Modes in which SendGrid answers before it looks at the mail. */
function refusal(mode: Mode): JsonAnswer | undefined {
  if (mode.mode === 'down') return sendGridError(503);
  if (mode.mode === 'unauthorized') return refusedWith(mode.errorCode ?? 401);
  if (mode.mode === 'suspended') return refusedWith(mode.errorCode ?? 403);
  if (mode.mode === 'rate-limited') return refusedWith(mode.errorCode ?? 429);
  return undefined;
}

function refusedWith(code: number | string): JsonAnswer {
  if (typeof code === 'number') return sendGridError(code);
  return sendGridError(400, 'Does not contain a valid address.', 'personalizations.0.to.0.email');
}
