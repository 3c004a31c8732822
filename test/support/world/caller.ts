/** Calls to the API as clients, phones and providers make them. */

import type { OperationId } from '../../../lambdas/http/api.gen.ts';
import type { apiHandler } from '../../../lambdas/http/api-handler.ts';
import { apiEvent, type EventOptions } from '../api-event.ts';
import { inNewChain } from '../chain.ts';
import { signTwilio } from '../twilio-callback.ts';
import { ALICE, PUBLIC_BASE_URL, TWILIO } from './names.ts';
import type { Sent } from './providers.ts';
import { CONTEXT } from './sqs.ts';

export function createCaller(api: ReturnType<typeof apiHandler>) {
  /** One call to the API. Problems come back like any other answer. */
  async function call(operation: OperationId, event: EventOptions = {}) {
    const answer = await inNewChain(() => api(apiEvent(operation, event), CONTEXT));
    const headers = Object.fromEntries(
      Object.entries(answer.headers ?? {}).map(([k, v]) => [k.toLowerCase(), String(v)]),
    );
    const isJson = headers['content-type']?.includes('json');
    // biome-ignore lint/suspicious/noExplicitAny: answers of every shape; test/contract checks them against the schema
    const body: any = !answer.body ? undefined : isJson ? JSON.parse(answer.body) : answer.body;
    return { status: answer.statusCode, headers, body };
  }

  /** A signed status callback for a text. */
  function callback(ref: string, messageSid: string, status: string, fields: Record<string, string> = {}) {
    const url = `${PUBLIC_BASE_URL}/webhooks/twilio/sms/status/${ref}`;
    const form = { AccountSid: TWILIO.accountSid, MessageSid: messageSid, MessageStatus: status, ...fields };
    return call('receiveTwilioSmsStatus', {
      params: { ref },
      caller: null,
      ...signTwilio(TWILIO.authToken, url, form),
    });
  }

  let texts = 0;
  /** A text from a phone to our number, as Twilio passes it on. */
  function signedText(from: string, said: string, fields: Record<string, string> = {}): EventOptions {
    const url = `${PUBLIC_BASE_URL}/webhooks/twilio/sms/inbound`;
    const MessageSid = `SM${String(++texts).padStart(32, 'f')}`;
    const To = TWILIO.phoneNumber;
    const form = { AccountSid: TWILIO.accountSid, MessageSid, From: from, To, Body: said, ...fields };
    return { caller: null, base64: true, ...signTwilio(TWILIO.authToken, url, form) };
  }

  /** Texts from a phone; what is texted back, empty for silence. */
  async function text(...said: Parameters<typeof signedText>): Promise<string> {
    const { status, body } = await call('receiveTwilioSmsInbound', signedText(...said));
    if (status !== 200) throw new Error(`the inbound webhook answers ${status}`);
    return /<Message>(.*)<\/Message>/s.exec(body)?.[1] ?? '';
  }

  const putAlice = (fields: object = {}) =>
    call('putRecipient', {
      params: { id: 'usr_alice' },
      body: { name: 'Alice', phone: ALICE, phoneVerified: true, ...fields },
    });

  const signed = (path: string, form: Record<string, string>): EventOptions => ({
    caller: null,
    ...signTwilio(TWILIO.authToken, `${PUBLIC_BASE_URL}/webhooks/twilio/voice/${path}`, {
      AccountSid: TWILIO.accountSid,
      ...form,
    }),
  });

  /** A signed status callback for a call. */
  const callStatus = (ref: string, CallSid: string, CallStatus: string, fields: Record<string, string> = {}) =>
    call('receiveTwilioVoiceStatus', {
      params: { ref },
      ...signed(`status/${ref}`, { CallSid, CallStatus, ...fields }),
    });

  /** A key pressed in a call of ours; what is said then, as TwiML. */
  async function press({ ref, providerId, to }: Sent, Digits: string): Promise<string> {
    const form = { CallSid: providerId, From: TWILIO.phoneNumber, To: to, Digits };
    const { status, body } = await call('receiveTwilioVoiceMenu', { params: { ref }, ...signed(`menu/${ref}`, form) });
    if (status !== 200) throw new Error(`the menu answers ${status}`);
    return body;
  }

  /** A call from a phone to our number, or a key in it; what is said then, as TwiML. */
  async function dial(From: string, fields: Record<string, string> = {}): Promise<string> {
    const form = { CallSid: `CA${'e'.repeat(32)}`, From, To: TWILIO.phoneNumber, ...fields };
    const { status, body } = await call('receiveTwilioVoiceInbound', signed('inbound', form));
    if (status !== 200) throw new Error(`the inbound call answers ${status}`);
    return body;
  }

  return {
    call,
    callback,
    callStatus,
    press,
    dial,
    signedText,
    text,
    putAlice,
    page: async (id: string) => (await call('getNotification', { params: { id } })).body,
  };
}
