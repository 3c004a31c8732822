/** Calls through Twilio (see `twilio-transport.ts`). */

import { secondsOf } from '../../core/page/heard.ts';
import type { CallRequest, SendResult, VoiceProvider } from '../../core/providers/ports.ts';
import type { Report } from '../../core/receipts/ports.ts';
import { menuSegment } from '../../core/replies/voice-menu.ts';
import { RING } from '../../core/rules.ts';
import { ambiguous, failed, ours } from '../faults.ts';
import { createHttp, type Http } from '../http.ts';
import { CALLBACK_RETRIES, TWILIO_API, type TwilioCredentials, TwilioTransport, usable } from '../twilio-transport.ts';
import { spoken } from './speech.ts';
import { voiceCallFault } from './twilio-voice-codes.ts';
import { parseCallStatus } from './twilio-voice-receipts.ts';
import { firstWordsTwiml, MENU_RETRIES, speakTwiml } from './twiml-speech.ts';

export interface TwilioVoiceOptions {
  /** Read for every call, so that a switch of account holds at once; cache inside. */
  credentials: () => Promise<TwilioCredentials>;
  /** Default https://api.twilio.com. */
  apiUrl?: string;
  /** Where Twilio reports on the call with this ref; undefined where it cannot reach us. */
  callbackUrl: (ref: string) => string | undefined;
  /** Where Twilio posts the keys of the call with this menu segment; undefined where it cannot reach us. */
  menuUrl: (segment: string) => string | undefined;
  /** How often a call without a menu says its text; default 2. */
  times?: number;
  /** For the whole request, milliseconds. */
  timeoutMs: number;
  /** For tests. */
  http?: Http;
}

/** Seconds a phone rings. Voicemail mostly takes over after 20 to 30, and a person who sleeps needs them all. */
const RING_SECONDS = RING / 1_000;

/** Seconds a call may last: the menu three times with details, so that a line left open costs little. */
const TALK_SECONDS = 120;

/** Twilio's names of what it reports; `answered` arrives as the status in-progress. */
const EVENTS = ['initiated', 'ringing', 'answered', 'completed'];

const E164 = /^\+[1-9]\d{6,14}$/;

/** Makes the Twilio leg of the voice channel. `send`, `ask`, `hangUp` and `redirect` try once and never throw. */
export function createTwilioVoice(
  options: TwilioVoiceOptions,
): VoiceProvider & Required<Pick<VoiceProvider, 'hangUp' | 'redirect'>> {
  const http = options.http ?? createHttp({ timeoutMs: options.timeoutMs });
  const apiUrl = options.apiUrl ?? TWILIO_API;
  const pathOf = (providerId: string) => `Calls/${providerId}.json`;

  async function send({ to, ref, speech, language }: CallRequest): Promise<SendResult> {
    const found = await usable(options.credentials);
    if ('fault' in found) return failed(found.fault);
    const { credentials } = found;
    if (!E164.test(credentials.phoneNumber)) {
      // A messaging service or a sender id texts, and cannot call.
      return failed(ours('no_calling_number', 'sender_fault', 'the sender is not a number that can call', 'failsOver'));
    }
    const wire = new TwilioTransport(http, credentials);
    try {
      const call = await wire.post(apiUrl, 'Calls.json', {
        To: to,
        From: credentials.phoneNumber,
        Timeout: RING_SECONDS,
        TimeLimit: TALK_SECONDS,
        // Tells people from machines, which do not count as answered, and machines at the end of their greeting, so
        // that a message is left whole. Beside the call: waiting for the finding would be seconds of silence, in which
        // people hang up.
        MachineDetection: 'DetectMessageEnd',
        AsyncAmd: 'true',
        ...instructions(ref, speech, language),
      });
      if (typeof call.sid !== 'string' || call.sid === '') return failed(ambiguous('no_id', 'answered without id'));
      const taken = { outcome: 'accepted', providerId: call.sid, providerStatus: String(call.status) } as const;
      return { ...taken, spoken: secondsOf(spoken(speech)) };
    } catch (error) {
      return failed(wire.classify(error, voiceCallFault));
    }
  }

  /**
   * What to say, where the key goes, and where to report; or, where Twilio cannot reach us, only what to say
   * (delivery/callback-url.ts). What goes wrong in the call later is asked about at the same menu: the words come
   * again.
   */
  function instructions(ref: string, speech: string, language: string | undefined) {
    const [menu, callback] = [options.menuUrl(menuSegment(ref, 1)), options.callbackUrl(ref)];
    if (menu === undefined) return { Twiml: speakTwiml(language, ...Array(options.times ?? 2).fill(speech)) };
    return {
      Twiml: firstWordsTwiml({ language, menu: speech, action: menu }),
      FallbackUrl: menu + MENU_RETRIES,
      ...(callback !== undefined && {
        AsyncAmdStatusCallback: callback + CALLBACK_RETRIES,
        StatusCallback: callback + CALLBACK_RETRIES,
        StatusCallbackEvent: EVENTS,
      }),
    };
  }

  async function ask(providerId: string): Promise<Report | undefined> {
    try {
      const credentials = await options.credentials();
      const call = await new TwilioTransport(http, credentials).get(apiUrl, pathOf(providerId));
      const { sid, status, answered_by: answeredBy, duration } = call;
      // The resource says what a callback would have said, under other names.
      return parseCallStatus({
        CallSid: String(sid),
        ...(typeof status === 'string' && { CallStatus: status }),
        ...(answeredBy ? { AnsweredBy: String(answeredBy) } : {}),
        ...(duration ? { CallDuration: String(duration) } : {}),
      });
    } catch {
      return undefined;
    }
  }

  /**
   * `canceled` ends what is queued or ringing and leaves what was answered alone: there the menu says who has it
   * (docs/spec/replies.md#answering). `completed` would cut off whoever just pressed a key.
   */
  async function hangUp(providerId: string): Promise<void> {
    try {
      const credentials = await options.credentials();
      await new TwilioTransport(http, credentials).post(apiUrl, pathOf(providerId), { Status: 'canceled' });
    } catch {
      // It rings out by itself.
    }
  }

  async function redirect(providerId: string, twiml: string): Promise<void> {
    try {
      const credentials = await options.credentials();
      await new TwilioTransport(http, credentials).post(apiUrl, pathOf(providerId), { Twiml: twiml });
    } catch {
      // The call goes on with what it was told before.
    }
  }

  const keyless = options.menuUrl('') === undefined && { keyless: true as const };
  return { name: 'twilio', receipts: 'callback', ...keyless, send, ask, hangUp, redirect };
}
