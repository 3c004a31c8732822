/**
 * SMS through Twilio. Only the Messages resource of Twilio's package is loaded, over a small HTTP layer of ours that
 * knows whether a request went out: 50 KB in the bundle instead of 3.7 MB (430 KB with Twilio's own client base), and a
 * deadline that holds. test/contract compares every request with the one the full client makes.
 */
import DomainModule from 'twilio/lib/base/Domain.js';
import VersionModule from 'twilio/lib/base/Version.js';
import { MessageListInstance } from 'twilio/lib/rest/api/v2010/account/message.js';
import type { Fault, Receipt, SendResult, SmsProvider, SmsRequest } from '../../core/ports.ts';
import { ambiguous, failed, ours, presentable, unanswered } from '../faults.ts';
import { createHttp, type Http, type HttpReply } from '../http.ts';
import { callFault } from './twilio-codes.ts';
import { parseSmsStatus } from './twilio-receipts.ts';

/** These modules are CommonJS: their default export is one level down on Node, and directly there in some bundlers. */
const defaultOf = <T>(module: T): T => (module as { default?: T }).default ?? module;
const Domain = defaultOf(DomainModule);
const Version = defaultOf(VersionModule);

export interface TwilioCredentials {
  accountSid: string;
  authToken: string;
  /** The sender: an E.164 number, a sender id, or a messaging service (`MG…`). */
  phoneNumber: string;
}

export interface TwilioSmsOptions {
  /** Read for every send, so that a switch of account holds at once; cache inside. */
  credentials: () => Promise<TwilioCredentials>;
  /** Default https://api.twilio.com. */
  apiUrl?: string;
  /** Where Twilio reports on the message with this ref; undefined asks for no reports. */
  callbackUrl: (ref: string) => string | undefined;
  /** For the whole call, milliseconds. */
  timeoutMs: number;
  /** For tests. */
  http?: Http;
}

/**
 * Seconds a text may wait in Twilio's queue. Five minutes, because by then the next round has gone out (contract §2,
 * "Follow-ups") and a text that late would have to state its original time; the message then comes back as 30036, which
 * fails over, instead of arriving hours later (Twilio's default is ten).
 */
const VALIDITY_SECONDS = 300;

/**
 * How Twilio repeats a callback we did not answer: five times, whatever the failure (a throttled call is a 429), with
 * 2 s to connect and 5 s to answer. A fragment is not part of the signed URL.
 */
const CALLBACK_RETRIES = '#rc=5&rp=all&ct=2000&rt=5000';

/** Makes the Twilio leg of the sms channel. `send` and `ask` try once and never throw. */
export function createTwilioSms(options: TwilioSmsOptions): SmsProvider {
  const http = options.http ?? createHttp({ timeoutMs: options.timeoutMs });
  const apiUrl = options.apiUrl ?? 'https://api.twilio.com';

  async function send(request: SmsRequest): Promise<SendResult> {
    let credentials: TwilioCredentials;
    try {
      credentials = await options.credentials();
    } catch {
      // Ours, not Twilio's: another provider may still work, and the circuit must not open for it.
      return failed(ours('credentials_unavailable', 'transient', 'the credentials could not be read', 'failsOver'));
    }
    if (!/^AC\w+$/.test(credentials.accountSid) || !credentials.authToken || !credentials.phoneNumber) {
      const words = 'accountSid, authToken or phoneNumber is missing or malformed';
      return failed(ours('credentials_invalid', 'account_fault', words, 'failsOver', 'counts', 'opens'));
    }
    const wire = new Wire(http, credentials);
    try {
      const messages = MessageListInstance(wire.api(apiUrl), credentials.accountSid);
      const callback = options.callbackUrl(request.ref);
      const message = await messages.create({
        to: request.to,
        ...(credentials.phoneNumber.startsWith('MG')
          ? { messagingServiceSid: credentials.phoneNumber }
          : { from: credentials.phoneNumber }),
        body: request.body,
        validityPeriod: VALIDITY_SECONDS,
        ...(callback === undefined ? {} : { statusCallback: callback + CALLBACK_RETRIES }),
      });
      if (typeof message.sid !== 'string' || message.sid === '')
        return failed(ambiguous('no_id', 'answered without id'));
      return { outcome: 'accepted', providerId: message.sid, providerStatus: String(message.status) };
    } catch (error) {
      return failed(classify(error, wire));
    }
  }

  async function ask(providerId: string): Promise<Receipt | undefined> {
    try {
      const credentials = await options.credentials();
      const messages = MessageListInstance(new Wire(http, credentials).api(apiUrl), credentials.accountSid);
      const { sid, status, errorCode } = await messages(providerId).fetch();
      // The resource says what a callback would have said, under other names.
      return parseSmsStatus({
        MessageSid: sid,
        MessageStatus: status,
        ...(errorCode && { ErrorCode: String(errorCode) }),
      });
    } catch {
      return undefined;
    }
  }
  return { name: 'twilio', twoWay: true, receipts: 'callback', send, ask };
}

/** Carries one call of Twilio's classes to our HTTP layer, and remembers how far it got. */
class Wire {
  reply: HttpReply | undefined;
  started = false;
  private readonly http: Http;
  private readonly credentials: TwilioCredentials;
  constructor(http: Http, credentials: TwilioCredentials) {
    this.http = http;
    this.credentials = credentials;
  }

  api(apiUrl: string) {
    // Domain and the list functions ask for the full client and its V2010; they use only what is here.
    const domain = new Domain(this as never, apiUrl);
    return new Version(domain, '2010-04-01') as Parameters<typeof MessageListInstance>[0];
  }

  async request(opts: { method: string; uri: string; headers: Record<string, string>; data?: object }) {
    const { accountSid, authToken } = this.credentials;
    const body = new URLSearchParams();
    for (const [name, value] of Object.entries(opts.data ?? {})) body.append(name, String(value));
    this.started = true;
    this.reply = await this.http({
      method: opts.method.toUpperCase(),
      url: opts.uri,
      headers: {
        ...opts.headers,
        Authorization: `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`,
        'Accept-Charset': 'utf-8',
        'User-Agent': 'lifeline',
      },
      body: body.toString(),
    });
    return { statusCode: this.reply.status, body: this.reply.body, headers: this.reply.headers };
  }
}

function classify(error: unknown, { reply, started }: Wire): Fault {
  if (!reply) return unanswered(error, started);
  if (reply.status >= 200 && reply.status <= 299) {
    return ambiguous('garbage', 'answered with something that is not a message');
  }
  const { code, message } = error as { code?: unknown; message?: unknown };
  const known = Number.isInteger(Number(code)) && Number(code) > 0 ? Number(code) : undefined;
  return callFault(reply.status, known, known === undefined ? undefined : presentable(message));
}
