/**
 * E-mail through SendGrid, over HTTPS as its v3 API wants it. Its package (298 KB, 57 ms of start) is not loaded: it
 * cannot say whether a request went out before it failed. test/contract compares our request with the one it makes.
 */
import type { EmailProvider, EmailRequest, SendResult } from '../../core/providers/ports.ts';
import { ambiguous, failed, ours, unanswered, withRetryAfter } from '../faults.ts';
import { createHttp, type Http } from '../http.ts';
import { type EmailSender, mailHeaders } from './sender.ts';
import { callFault } from './sendgrid-codes.ts';

export interface SendGridCredentials {
  apiKey: string;
}

export interface SendGridOptions {
  /** Read for every send, so that a new key holds at once; cache inside. */
  credentials: () => Promise<SendGridCredentials>;
  /** A verified sender identity, or an address of an authenticated domain. */
  from: EmailSender;
  /** Default https://api.sendgrid.com. */
  apiUrl?: string;
  /** For the whole call, milliseconds. */
  timeoutMs: number;
  /** For tests. */
  http?: Http;
}

export const SENDGRID_URL = 'https://api.sendgrid.com';
/** What can stand in an Authorization header. Keys look like `SG.…`. */
export const isApiKey = (key: unknown): key is string => typeof key === 'string' && /^[\x21-\x7e]+$/.test(key);
export const sendGridHeaders = (apiKey: string) => ({
  Authorization: `Bearer ${apiKey}`,
  Accept: 'application/json',
  'User-Agent': 'lifeline',
});

/**
 * Off, whatever the account's settings are: tracking rewrites links into redirects through SendGrid's host (an action
 * link must say where it leads, and work when SendGrid does not), and adds a footer that lets a person unsubscribe from
 * being paged.
 */
const NO_TRACKING = {
  click_tracking: { enable: false, enable_text: false },
  open_tracking: { enable: false },
  subscription_tracking: { enable: false },
  ganalytics: { enable: false },
};

/** Makes the SendGrid leg of the email channel. `send` tries once and never throws. */
export function createSendGrid(options: SendGridOptions): EmailProvider {
  const http = options.http ?? createHttp({ timeoutMs: options.timeoutMs });
  const url = `${options.apiUrl ?? SENDGRID_URL}/v3/mail/send`;

  async function send(request: EmailRequest): Promise<SendResult> {
    let apiKey: string;
    try {
      ({ apiKey } = await options.credentials());
    } catch {
      // Ours, not SendGrid's: another provider may still work, and the circuit must not open for it.
      return failed(ours('credentials_unavailable', 'transient', 'the credentials could not be read', 'failsOver'));
    }
    if (!isApiKey(apiKey)) {
      const words = 'the API key is missing or malformed';
      return failed(ours('credentials_invalid', 'account_fault', words, 'failsOver', 'counts', 'opens'));
    }
    try {
      const headers = { ...sendGridHeaders(apiKey), 'Content-Type': 'application/json' };
      const body = JSON.stringify(mailOf(request, options.from));
      const reply = await http({ method: 'POST', url, headers, body });
      if (reply.status < 200 || reply.status > 299) {
        return failed(withRetryAfter(callFault(reply.status, reply.body, request.to), reply, Date.now()));
      }
      const id = reply.headers['x-message-id'];
      if (typeof id !== 'string' || !/^[\w.-]{1,128}$/.test(id)) {
        return failed(ambiguous('garbage', 'answered without a message id'));
      }
      return { outcome: 'accepted', providerId: id, providerStatus: 'accepted' };
    } catch (error) {
      return failed(unanswered(error, true));
    }
  }
  return { name: 'sendgrid', receipts: 'callback', send };
}

/** https://www.twilio.com/docs/sendgrid/api-reference/mail-send/mail-send */
function mailOf({ to, ref, subject, text, html, thread }: EmailRequest, from: EmailSender) {
  return {
    from,
    subject,
    personalizations: [{ to: [{ email: to }] }],
    // Plain text first, which is the order SendGrid asks for.
    content: [
      { type: 'text/plain', value: text },
      { type: 'text/html', value: html },
    ],
    headers: mailHeaders(thread, from),
    tracking_settings: NO_TRACKING,
    // Comes back with every event. SendGrid keeps it for ever, so it may hold nothing about a person.
    custom_args: { ref },
  };
}
