/**
 * How our Twilio legs speak to Twilio: only the base classes of Twilio's package, which build URLs and read errors, over
 * a small HTTP layer of ours that knows whether a request went out, and with a deadline that holds. 20 KB in a bundle:
 * the package is 3.7 MB, and its resource classes alone are 30 KB for messages and 125 KB for calls, nearly all of it
 * what hangs below them (recordings, streams, payments). test/contract compares every request with the full client's.
 */
import DomainModule from 'twilio/lib/base/Domain.js';
import VersionModule from 'twilio/lib/base/Version.js';
import type { Fault } from '../core/providers/fault.ts';
import { ambiguous, ours, presentable, unanswered, withRetryAfter } from './faults.ts';
import type { Http, HttpReply } from './http.ts';

/** These modules are CommonJS: their default export is one level down on Node, and directly there in some bundlers. */
const defaultOf = <T>(module: T): T => (module as { default?: T }).default ?? module;
const Domain = defaultOf(DomainModule);
const Version = defaultOf(VersionModule);

export const TWILIO_API = 'https://api.twilio.com';

/**
 * How Twilio repeats a callback we did not answer: five times, whatever the failure (a throttled call is a 429), with
 * 2 s to connect and 5 s to answer. A fragment is not part of the signed URL.
 */
export const CALLBACK_RETRIES = '#rc=5&rp=all&ct=2000&rt=5000';

export interface TwilioCredentials {
  accountSid: string;
  authToken: string;
  /** The sender: an E.164 number, a sender id, or a messaging service (`MG…`). Calls need a number. */
  phoneNumber: string;
}

/**
 * The credentials, or why there are none that could work. Not having read them is ours and not Twilio's: another
 * provider may still work, and the circuit must not open for it.
 */
export async function usable(
  read: () => Promise<TwilioCredentials>,
): Promise<{ credentials: TwilioCredentials } | { fault: Fault }> {
  let credentials: TwilioCredentials;
  try {
    credentials = await read();
  } catch {
    return { fault: ours('credentials_unavailable', 'transient', 'the credentials could not be read', 'failsOver') };
  }
  const { accountSid, authToken, phoneNumber } = credentials;
  if (/^AC\w+$/.test(accountSid) && authToken && phoneNumber) return { credentials };
  const words = 'accountSid, authToken or phoneNumber is missing or malformed';
  return { fault: ours('credentials_invalid', 'account_fault', words, 'failsOver', 'counts', 'opens') };
}

/** A resource as the API spells it. Whatever answered was JSON, and may lack anything. */
export type Resource = Readonly<Record<string, unknown>>;

/** Carries one call of Twilio's classes to our HTTP layer, and remembers how far it got. */
export class TwilioTransport {
  reply: HttpReply | undefined;
  started = false;
  private readonly http: Http;
  private readonly credentials: TwilioCredentials;
  constructor(http: Http, credentials: TwilioCredentials) {
    this.http = http;
    this.credentials = credentials;
  }

  /**
   * Makes a resource of the account, or changes one. Throws what Twilio's classes throw (see `classify`).
   * @param path below the account: `Messages.json`
   * @param form in Twilio's spelling: `To`, `StatusCallback`
   */
  post(apiUrl: string, path: string, form: Record<string, string | number | readonly string[]>): Promise<Resource> {
    const headers = { Accept: 'application/json', 'Content-Type': 'application/x-www-form-urlencoded' };
    return this.version(apiUrl).create({ uri: this.uri(path), method: 'post', data: form, headers });
  }

  /** One resource of the account, as it is now. Throws what Twilio's classes throw. */
  get(apiUrl: string, path: string): Promise<Resource> {
    return this.version(apiUrl).fetch({ uri: this.uri(path), method: 'get', headers: { Accept: 'application/json' } });
  }

  private version(apiUrl: string) {
    // Domain asks for the full client; it uses only what is here.
    return new Version(new Domain(this as never, apiUrl), '2010-04-01');
  }

  private uri(path: string): string {
    // Ids come back from where they were kept, and must not lead to another resource.
    if (!/^\w+(\/\w+)?\.json$/.test(path)) throw new TypeError('not the path of a resource');
    return `/Accounts/${this.credentials.accountSid}/${path}`;
  }

  async request(opts: { method: string; uri: string; headers: Record<string, string>; data?: object }) {
    const { accountSid, authToken } = this.credentials;
    const body = new URLSearchParams();
    for (const [name, value] of Object.entries(opts.data ?? {})) {
      // A list is the same parameter several times.
      for (const one of [value].flat()) body.append(name, String(one));
    }
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

  /**
   * What a call that threw means.
   * @param callFault what Twilio's codes mean on this channel
   */
  classify(error: unknown, callFault: (status: number, code: number | undefined, text?: string) => Fault): Fault {
    const { reply, started } = this;
    if (!reply) return unanswered(error, started);
    if (reply.status >= 200 && reply.status <= 299) {
      return ambiguous('garbage', 'answered with something that is not a message');
    }
    const { code, message } = error as { code?: unknown; message?: unknown };
    const known = Number.isInteger(Number(code)) && Number(code) > 0 ? Number(code) : undefined;
    const fault = callFault(reply.status, known, known === undefined ? undefined : presentable(message));
    return withRetryAfter(fault, reply, Date.now());
  }
}
