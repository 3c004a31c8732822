/**
 * Publish as SNS does it over its Query protocol, with every way it can misbehave (docs/spec/local-run.md#simulators).
 * Texts and push notifications come to the same URL, and each has a mode of its own. As with Twilio, `hang` and
 * `garbage` take the message, and a message is taken when its request arrives. What became of a text stands in the
 * delivery log; nobody is called back.
 */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { maskAnyPhones, maskPhone } from '../../../lambdas/core/recipient/mask.ts';
import { isSamePhone } from '../../../lambdas/core/recipient/phone.ts';
import { segments } from '../../../lambdas/core/sms/segments.ts';
import { senderIdFor } from '../../../lambdas/core/sms/sender-id.ts';
import { readBody, send } from '../../cloud/http.ts';
import type { AccountSettings } from '../account-settings.ts';
import { answerAs } from '../answer-as.ts';
import type { Due } from '../due.ts';
import type { Mode, ModeSwitch } from '../modes.ts';
import type { LogLine, Store } from '../store.ts';
import type { Devices } from './devices.ts';
import type { Endpoints } from './endpoints.ts';
import { REASONS, type SnsAnswer, snsError, snsResult } from './errors.ts';
import { type NewText, validate } from './publish.ts';
import { endpointAttributes, publishPush } from './push.ts';
import type { Topics } from './topics.ts';

/** After acceptance, milliseconds. Days in the worst case over there, so nothing may wait for it. */
const LOGGED_AFTER = 300;
const SIGNED = /^AWS4-HMAC-SHA256 Credential=[^/,]+\/\d{8}\/[\w-]+\/sns\/aws4_request\b/;

/** How the account is set up for texts. */
export interface SnsSettings extends Record<string, boolean | number | string[]> {
  /** Texts go to `verified` numbers only. */
  sandbox: boolean;
  verified: string[];
  /** US dollars; beyond it texts are accepted and not sent. */
  monthlySpendLimit: number;
  /** Calling codes of the countries where a sender id is registered. */
  registeredSenderIds: string[];
}
/** As AWS makes a new account. */
export const NEW_SNS_ACCOUNT: SnsSettings = {
  sandbox: true,
  verified: [],
  monthlySpendLimit: 1,
  registeredSenderIds: [],
};
/** US dollars for one segment. */
const PRICE = 0.00645;

interface Options {
  store: Store;
  settings: AccountSettings<SnsSettings>;
  modes: ModeSwitch;
  /** Of push notifications. */
  pushModes: ModeSwitch;
  devices: Devices;
  endpoints: Endpoints;
  topics: Topics;
  logs: Due;
  /** Of successes; `/Failure` behind it is that of failures. */
  logGroup: string;
  log: (line: string) => void;
  stopping: AbortSignal;
}

export class SnsApi {
  private readonly o: Options;
  /** US dollars in this run. */
  private spent = 0;
  constructor(options: Options) {
    this.o = options;
  }

  async handle(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const form = new URLSearchParams(await readBody(req));
    if (form.has('TopicArn')) return this.answerWith(res, this.answer(req, form));
    const isPublish = form.get('Action') === 'Publish';
    const isPush =
      form.has('TargetArn') || form.has('EndpointArn') || form.get('Action') === 'ListPlatformApplications';
    const mode = (isPush ? this.o.pushModes : this.o.modes).next(isPublish ? 'send' : 'account');
    if (mode.mode === 'reset') return void req.socket.destroy();
    const answer = refusal(mode) ?? this.answer(req, form, mode);
    await answerAs(mode, req, res, this.o.stopping, () => this.answerWith(res, answer));
  }

  private answerWith(res: ServerResponse, { status, body }: SnsAnswer): void {
    send(res, status, 'text/xml', body, { 'x-amzn-RequestId': randomUUID() });
  }

  private answer(req: IncomingMessage, form: URLSearchParams, mode: Mode = { mode: 'ok' }): SnsAnswer {
    if (req.method !== 'POST' || form.get('Version') !== '2010-03-31') return snsError('InvalidAction');
    if (!SIGNED.test(req.headers.authorization ?? '')) return snsError('MissingAuthenticationToken');
    switch (form.get('Action')) {
      case 'Publish':
        if (form.has('TopicArn')) return this.o.topics.publish(form);
        return form.has('TargetArn') ? publishPush(form, mode, this.o) : this.publish(form, mode);
      case 'GetEndpointAttributes':
      case 'SetEndpointAttributes':
        return endpointAttributes(form, this.o.endpoints);
      case 'ListPlatformApplications':
        return snsResult('ListPlatformApplications', '<PlatformApplications/>');
      case 'GetSMSAttributes':
        return snsResult('GetSMSAttributes', attributes(this.o.settings.current));
      case 'GetSMSSandboxAccountStatus':
        return snsResult('GetSMSSandboxAccountStatus', `<IsInSandbox>${this.o.settings.current.sandbox}</IsInSandbox>`);
      default:
        return snsError('InvalidAction');
    }
  }

  private publish(form: URLSearchParams, mode: Mode): SnsAnswer {
    const wanted = validate(form);
    if ('status' in wanted) return wanted;
    if (mode.mode === 'ok' && mode.errorCode) return snsError(String(mode.errorCode));
    const { to, body } = wanted;
    const { sandbox, verified, monthlySpendLimit, registeredSenderIds } = this.o.settings.current;
    if (sandbox && !verified.some((one) => isSamePhone(one, to))) return snsError('InvalidParameter', IN_SANDBOX);
    const isOverLimit = this.spent >= monthlySpendLimit;
    if (!isOverLimit) this.spent += PRICE * segments(body).count;
    // In register countries an id that is not in the register is replaced.
    const isIdOk = wanted.hasSenderId && senderIdFor(wanted.sender, to, registeredSenderIds) !== undefined;
    const sender = wanted.hasSenderId && !isIdOk ? UNVERIFIED : wanted.sender;
    const id = randomUUID();
    const at = new Date().toISOString();
    const item = { id, at, kind: 'sms', from: sender, body, provider: 'sns' } as const;
    const fate: Mode = isOverLimit ? { mode: 'undelivered', errorCode: 'spend_limit' } : mode;
    const reached = fate.mode === 'undelivered' ? undefined : { phone: to, item };
    this.o.store.acceptLogged(reached, fate.mode === 'silent' ? undefined : this.line(id, wanted, fate));
    if (reached) this.o.log(`☎ ${maskPhone(to)}  ${maskAnyPhones(body.replace(/\s+/g, ' '))}`);
    this.o.logs.wake();
    return snsResult('Publish', `<MessageId>${id}</MessageId>`);
  }

  /** The line that will stand in the delivery log. */
  private line(messageId: string, text: NewText, mode: Mode): Omit<LogLine, 'seq'> {
    const lost = mode.mode === 'undelivered';
    const now = Date.now();
    const reason = REASONS[String(mode.errorCode ?? 'unknown_error')] ?? REASONS.unknown_error;
    const line = {
      notification: { messageId, timestamp: new Date(now).toISOString().replace('T', ' ').slice(0, -1) },
      delivery: {
        ...(!lost && { phoneCarrier: 'Simulated Carrier' }),
        mnc: lost ? 0 : 270,
        numberOfMessageParts: segments(text.body).count,
        destination: text.to,
        priceInUSD: PRICE,
        smsType: text.smsType,
        mcc: lost ? 0 : 310,
        providerResponse: lost ? reason : 'Message has been accepted by phone carrier',
        dwellTimeMs: LOGGED_AFTER,
        dwellTimeMsUntilDeviceAck: LOGGED_AFTER,
      },
      status: lost ? 'FAILURE' : 'SUCCESS',
    };
    const logGroup = lost ? `${this.o.logGroup}/Failure` : this.o.logGroup;
    return { logGroup, line: JSON.stringify(line), dueAt: now + LOGGED_AFTER };
  }
}

const IN_SANDBOX = 'PhoneNumber Reason: the number is not verified in the SMS sandbox';
/** What phones show for a sender id that its country does not know. */
export const UNVERIFIED = 'Unverified';

const attributes = ({ monthlySpendLimit }: SnsSettings): string =>
  `<attributes>${Object.entries({
    DefaultSMSType: 'Transactional',
    DeliveryStatusSuccessSamplingRate: '100',
    MonthlySpendLimit: String(monthlySpendLimit),
  })
    .map(([key, value]) => `<entry><key>${key}</key><value>${value}</value></entry>`)
    .join('')}</attributes>`;

/** Modes in which SNS answers before it looks at the request. */
function refusal(mode: Mode): SnsAnswer | undefined {
  const code = mode.errorCode === undefined ? undefined : String(mode.errorCode);
  if (mode.mode === 'down') return snsError('ServiceUnavailable');
  if (mode.mode === 'unauthorized') return snsError(code ?? 'InvalidClientTokenId');
  if (mode.mode === 'suspended') return snsError(code ?? 'OptInRequired');
  if (mode.mode === 'rate-limited') return snsError(code ?? 'Throttling');
  return undefined;
}
