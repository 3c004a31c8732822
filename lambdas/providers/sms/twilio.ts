/** SMS through Twilio (see `twilio-transport.ts`). */
import type { Fault } from '../../core/providers/fault.ts';
import type { SendResult, SmsProvider, SmsRequest } from '../../core/providers/ports.ts';
import type { Receipt } from '../../core/receipts/ports.ts';
import { MESSAGING_SERVICE } from '../../core/sms/sender.ts';
import { type DeclaredTwoWay, isTwoWayRoute } from '../../core/sms/way-back.ts';
import { ambiguous, failed } from '../faults.ts';
import { createHttp, type Http } from '../http.ts';
import { CALLBACK_RETRIES, TWILIO_API, type TwilioCredentials, TwilioTransport, usable } from '../twilio-transport.ts';
import { callFault, PUT_OFF } from './twilio-codes.ts';
import { parseSmsStatus } from './twilio-receipts.ts';

export interface TwilioSmsOptions {
  /** Read for every send, so that a switch of account holds at once; cache inside. */
  credentials: () => Promise<TwilioCredentials>;
  /** Default https://api.twilio.com. */
  apiUrl?: string;
  /** Where Twilio reports on the message with this ref; undefined asks for no reports. */
  callbackUrl: (ref: string) => string | undefined;
  twoWay: DeclaredTwoWay;
  /** For the whole call, milliseconds. */
  timeoutMs: number;
  /** For tests. */
  http?: Http;
}

/**
 * Seconds a text may wait in Twilio's queue. Five minutes, because by then the next round has gone out
 * (docs/spec/escalation.md#follow-ups) and a text that late would have to state its original time; the message then
 * comes back as 30036, which fails over, instead of arriving hours later (Twilio's default is ten).
 */
const VALIDITY_SECONDS = 300;

/** Makes the Twilio leg of the sms channel. `send` and `ask` try once and never throw. */
export function createTwilioSms(options: TwilioSmsOptions): SmsProvider {
  const http = options.http ?? createHttp({ timeoutMs: options.timeoutMs });
  const apiUrl = options.apiUrl ?? TWILIO_API;

  async function send(request: SmsRequest): Promise<SendResult> {
    const found = await usable(options.credentials);
    if ('fault' in found) return failed(found.fault);
    const { credentials } = found;
    const wire = new TwilioTransport(http, credentials);
    try {
      const callback = options.callbackUrl(request.ref);
      const message = await wire.post(apiUrl, 'Messages.json', {
        To: request.to,
        ...(MESSAGING_SERVICE.test(credentials.phoneNumber)
          ? { MessagingServiceSid: credentials.phoneNumber }
          : { From: credentials.phoneNumber }),
        Body: request.body,
        ValidityPeriod: VALIDITY_SECONDS,
        // A burst of pages to one phone looks like pumping to Twilio, which would block the number for half an hour.
        ...(request.verified && { RiskCheck: 'disable' }),
        ...(callback !== undefined && { StatusCallback: callback + CALLBACK_RETRIES }),
      });
      if (typeof message.sid !== 'string' || message.sid === '')
        return failed(ambiguous('no_id', 'answered without id'));
      if (message.status === 'scheduled') return failed(await putOff(wire, message.sid));
      const taken = { outcome: 'accepted', providerId: message.sid, providerStatus: String(message.status) } as const;
      return callback === undefined ? { ...taken, unreported: true } : taken;
    } catch (error) {
      return failed(wire.classify(error, callFault));
    }
  }

  async function ask(providerId: string): Promise<Receipt | undefined> {
    try {
      const credentials = await options.credentials();
      const path = `Messages/${providerId}.json`;
      const wire = new TwilioTransport(http, credentials);
      const { sid, status, error_code: errorCode } = await wire.get(apiUrl, path);
      // A messaging service decides about the hour after it has answered the send.
      if (status === 'scheduled') await putOff(wire, providerId);
      // The resource says what a callback would have said, under other names.
      return parseSmsStatus({
        MessageSid: String(sid),
        ...(typeof status === 'string' && { MessageStatus: status }),
        ...(errorCode ? { ErrorCode: String(errorCode) } : {}),
      });
    } catch {
      return undefined;
    }
  }
  /**
   * Takes back a text that Twilio would send hours later, since the standby sends it now. Where that fails the person
   * may get it twice, which the class says.
   */
  async function putOff(wire: TwilioTransport, sid: string): Promise<Fault> {
    try {
      await wire.post(apiUrl, `Messages/${sid}.json`, { Status: 'canceled' });
      return PUT_OFF;
    } catch {
      return { ...PUT_OFF, class: 'ambiguous' };
    }
  }

  async function twoWay(to: string): Promise<boolean> {
    const found = await usable(options.credentials);
    return 'credentials' in found && isTwoWayRoute(found.credentials.phoneNumber, to, options.twoWay);
  }

  return { name: 'twilio', twoWay, receipts: 'callback', send, ask };
}
