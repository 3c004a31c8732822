/**
 * How our Twilio legs speak to Twilio: only the resources they need of Twilio's package, over a small HTTP layer of ours
 * that knows whether a request went out: 50 KB in a bundle instead of 3.7 MB (430 KB with Twilio's own client base), and
 * a deadline that holds. test/contract compares every request with the one the full client makes.
 */
import DomainModule from 'twilio/lib/base/Domain.js';
import VersionModule from 'twilio/lib/base/Version.js';
import type { MessageListInstance } from 'twilio/lib/rest/api/v2010/account/message.js';
import type { Fault } from '../core/ports.ts';
import { ambiguous, ours, presentable, unanswered } from './faults.ts';
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

/** Carries one call of Twilio's classes to our HTTP layer, and remembers how far it got. */
export class Wire {
  reply: HttpReply | undefined;
  started = false;
  private readonly http: Http;
  private readonly credentials: TwilioCredentials;
  constructor(http: Http, credentials: TwilioCredentials) {
    this.http = http;
    this.credentials = credentials;
  }

  /** What a list function (`MessageListInstance`, `CallListInstance`) takes as its version. */
  api(apiUrl: string) {
    // Domain and the list functions ask for the full client and its V2010; they use only what is here.
    const domain = new Domain(this as never, apiUrl);
    return new Version(domain, '2010-04-01') as Parameters<typeof MessageListInstance>[0];
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
    return callFault(reply.status, known, known === undefined ? undefined : presentable(message));
  }
}
