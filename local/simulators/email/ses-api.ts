/**
 * SES's v2 API as far as Lifeline and its tests use it, with every way it can misbehave
 * (docs/spec/local-run.md#simulators). As over there, nothing is told of a mail that was sent without a configuration
 * set.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody, send } from '../../cloud/http.ts';
import type { AccountSettings } from '../account-settings.ts';
import { answerAs } from '../answer-as.ts';
import type { Due } from '../due.ts';
import type { Mode, ModeSwitch } from '../modes.ts';
import type { Mails } from './mails.ts';
import { isStatus, type JsonAnswer } from './sendgrid-errors.ts';
import { BOUNCES, sesAnswer, sesError } from './ses-errors.ts';
import { future } from './ses-events.ts';
import { validate } from './ses-mail.ts';

const SIGNED = /^AWS4-HMAC-SHA256 Credential=[^/,]+\/\d{8}\/[\w-]+\/ses\/aws4_request\b/;
const SEND = '/v2/email/outbound-emails';
const ACCOUNT = '/v2/email/account';
const IDENTITY = '/v2/email/identities/';

/** How the account is set up for mails. */
export interface SesSettings extends Record<string, boolean | number | string[]> {
  /** Mails go to verified addresses only. Here it only says so. */
  sandbox: boolean;
  /** Mails in 24 hours, and how many of them have gone out. */
  quota: number;
  sent: number;
  /** Domains and addresses that mails may come from. */
  verified: string[];
}
/** As AWS makes a new account. */
export const NEW_SES_ACCOUNT: SesSettings = { sandbox: true, quota: 200, sent: 0, verified: [] };

export interface SesOptions {
  settings: AccountSettings<SesSettings>;
  mails: Mails;
  modes: ModeSwitch;
  outbox: Due;
  /** Called for each inbox that a mail reaches. */
  arrived(to: string, subject: string): void;
  stopping: AbortSignal;
}

export class SesApi {
  private readonly o: SesOptions;
  constructor(options: SesOptions) {
    this.o = options;
  }

  /** @param path below the endpoint: `/v2/email/…` */
  async handle(req: IncomingMessage, res: ServerResponse, path: string): Promise<void> {
    const body = await readBody(req);
    const isAccount = path === ACCOUNT || path.startsWith(IDENTITY);
    const mode = this.o.modes.next(isAccount ? 'account' : 'send');
    if (mode.mode === 'reset') return void req.socket.destroy();
    const answer = refusal(mode, isAccount) ?? this.answer(req, path, body, mode);
    await answerAs(mode, req, res, this.o.stopping, () =>
      send(res, answer.status, 'application/json', JSON.stringify(answer.body), answer.headers),
    );
  }

  private answer(req: IncomingMessage, path: string, body: string, mode: Mode): JsonAnswer {
    if (!SIGNED.test(req.headers.authorization ?? '')) return sesError('MissingAuthenticationTokenException');
    if (path === ACCOUNT && req.method === 'GET') return account(mode, this.o.settings.current);
    if (path.startsWith(IDENTITY) && req.method === 'GET')
      return this.identity(decodeURIComponent(path.slice(IDENTITY.length)));
    if (path === SEND && req.method === 'POST') return this.take(body, mode);
    return sesError('UnknownOperationException');
  }

  private identity(name: string): JsonAnswer {
    if (!this.o.settings.current.verified.includes(name)) return sesError('NotFoundException');
    return sesAnswer(200, {
      IdentityType: name.includes('@') ? 'EMAIL_ADDRESS' : 'DOMAIN',
      VerifiedForSendingStatus: true,
    });
  }

  private take(body: string, mode: Mode): JsonAnswer {
    const mail = validate(body);
    if ('status' in mail) return mail;
    const code = String(mode.errorCode ?? '');
    if (mode.mode === 'ok' && code !== '' && !isStatus(code) && !Object.hasOwn(BOUNCES, code)) return sesError(code);
    const id = `0100${randomBytes(6).toString('hex')}-${randomUUID()}-000000`;
    const now = Date.now();
    const { to, tags: _tags, configurationSet, ...content } = mail;
    const shared = { id, at: new Date(now).toISOString(), provider: 'ses', ...content } as const;
    const reached = mode.mode === 'undelivered' ? [] : to.map((address) => ({ ...shared, to: address }));
    const isTold = mode.mode !== 'silent' && configurationSet !== undefined;
    this.o.mails.accept('ses', reached, isTold ? future(id, mail, mode, now) : []);
    for (const { to: address, subject } of reached) this.o.arrived(address, subject);
    this.o.outbox.wake();
    return sesAnswer(200, { MessageId: id });
  }
}

function account(mode: Mode, { sandbox, quota, sent }: SesSettings): JsonAnswer {
  const isShut = mode.mode === 'suspended';
  return sesAnswer(200, {
    DedicatedIpAutoWarmupEnabled: false,
    EnforcementStatus: isShut ? 'SHUTDOWN' : 'HEALTHY',
    ProductionAccessEnabled: !sandbox,
    SendQuota: { Max24HourSend: quota, MaxSendRate: 14, SentLast24Hours: sent },
    SendingEnabled: !isShut,
  });
}

/** Modes in which SES answers before it looks at the mail. */
function refusal(mode: Mode, isAccount: boolean): JsonAnswer | undefined {
  const code = mode.errorCode === undefined ? undefined : String(mode.errorCode);
  if (mode.mode === 'down') return sesError('ServiceUnavailable');
  if (mode.mode === 'unauthorized') return sesError(code ?? 'UnrecognizedClientException');
  // A suspended account may still be asked about itself, and says so.
  if (mode.mode === 'suspended' && !isAccount) return sesError(code ?? 'AccountSuspendedException');
  if (mode.mode === 'rate-limited') return sesError(code ?? 'TooManyRequestsException');
  return undefined;
}
