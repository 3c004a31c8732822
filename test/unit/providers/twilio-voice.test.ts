import fc from 'fast-check';
import twilio from 'twilio';
import { describe, expect, it } from 'vitest';
import type { Fault } from '../../../lambdas/core/providers/fault.ts';
import type { SendResult } from '../../../lambdas/core/providers/ports.ts';
import { type Http, HttpFailure } from '../../../lambdas/providers/http.ts';
import { MAX_SPEECH, spoken } from '../../../lambdas/providers/voice/speech.ts';
import { createTwilioVoice, type TwilioVoiceOptions } from '../../../lambdas/providers/voice/twilio-voice.ts';
import { voiceCallFault } from '../../../lambdas/providers/voice/twilio-voice-codes.ts';
import { parseCallStatus } from '../../../lambdas/providers/voice/twilio-voice-receipts.ts';
import { menuTwiml, speakTwiml } from '../../../lambdas/providers/voice/twiml-speech.ts';
import { voiceFor } from '../../../lambdas/providers/voice/voices.ts';

const credentials = { accountSid: `AC${'1'.repeat(32)}`, authToken: 'very-secret', phoneNumber: '+15005550006' };
const REQUEST = { to: '+14155550100', ref: 'r', speech: 'Lifeline.' };
const CallSid = `CA${'a'.repeat(32)}`;

const leg = (options: Partial<TwilioVoiceOptions>) =>
  createTwilioVoice({
    credentials: async () => credentials,
    callbackUrl: (ref) => `https://x.example/status/${ref}`,
    menuUrl: (ref) => `https://x.example/menu/${ref}`,
    timeoutMs: 200,
    ...options,
  });
const answers =
  (status: number, body: string): Http =>
  async () => ({ status, headers: {}, body });
const fault = (result: SendResult): Fault => {
  if (result.outcome !== 'failed') throw new Error('expected a fault');
  return result.fault;
};

describe('what Twilio answers to a call is classified by the codes of calls', () => {
  it.each([
    [400, 21210, { class: 'sender_fault', failsOver: true, counts: false, disablesSender: true }],
    [400, 21219, { class: 'destination_fault', failsOver: true, counts: false, disablesSender: false }],
    [400, 21215, { class: 'destination_fault', failsOver: true, counts: false, disablesSender: false }],
    [400, 21216, { class: 'recipient_permanent', failsOver: false, counts: false }],
    [400, 21217, { class: 'recipient_permanent', failsOver: false, counts: false }],
    [400, 21214, { class: 'recipient_permanent', failsOver: false, counts: false }],
    [400, 21205, { class: 'our_bug', failsOver: true, counts: false }],
    [401, 20003, { class: 'account_fault', failsOver: true, counts: true, opens: true }],
    [403, 20005, { class: 'account_fault', opens: true }],
    [429, 20429, { class: 'transient', failsOver: true, counts: true }],
    [500, 20500, { class: 'transient', counts: true }],
    [429, 10004, { class: 'transient', counts: false }],
    [400, 29999, { code: '29999', class: 'unknown_code', failsOver: true, counts: false }],
  ])('%i %i', async (status, code, expected) => {
    const http = answers(status, JSON.stringify({ code, message: 'about +14155550100' }));
    const found = fault(await leg({ http }).send(REQUEST));
    expect(found).toMatchObject({ code: String(code), ...expected });
    expect(found.message).not.toContain('4155550100');
    expect(voiceCallFault(status, code)).toMatchObject(expected);
  });

  it.each([
    ['an answer without an id', answers(201, '{"status":"queued"}')],
    ['HTML', answers(200, '<p>It works')],
    ['no answer in time', async () => Promise.reject(new HttpFailure('ETIMEDOUT', true))],
  ] satisfies [string, Http][])('%s may be a call that rings: ambiguous', async (_, http) => {
    expect(fault(await leg({ http }).send(REQUEST))).toMatchObject({ class: 'ambiguous', failsOver: true });
  });

  it('a sender that cannot call, or credentials that are none, ask nobody', async () => {
    const http = answers(500, '');
    const service = async () => ({ ...credentials, phoneNumber: `MG${'1'.repeat(32)}` });
    expect(fault(await leg({ http, credentials: service }).send(REQUEST))).toMatchObject({
      code: 'no_calling_number',
      failsOver: true,
      counts: false,
    });
    const none = async () => ({ ...credentials, authToken: '' });
    expect(fault(await leg({ http, credentials: none }).send(REQUEST))).toMatchObject({ opens: true });
    const unread = () => Promise.reject(new Error('no'));
    expect(fault(await leg({ http, credentials: unread }).send(REQUEST))).toMatchObject({ counts: false });
  });

  it('asking and hanging up never throw', async () => {
    for (const http of [answers(500, 'x'), async () => Promise.reject(new HttpFailure('ECONNRESET', true))] as Http[]) {
      expect(await leg({ http }).ask?.(CallSid)).toBeUndefined();
      await expect(leg({ http }).hangUp?.(CallSid)).resolves.toBeUndefined();
    }
    await expect(leg({}).hangUp?.('../x')).resolves.toBeUndefined();
  });
});

describe('what a status callback says', () => {
  const news = (CallStatus: string, more: object = {}) => parseCallStatus({ CallSid, CallStatus, ...more })?.news;
  const NO_HUMAN = { undelivered: { code: 'no_human', class: 'recipient_permanent', failsOver: false, counts: false } };

  it.each(['queued', 'initiated', 'ringing', 'in-progress'])('%s is progress', (status) => {
    expect(news(status)).toBe('progress');
  });
  it.each([
    [{ CallDuration: '21' }, 21],
    [{ CallDuration: '2', AnsweredBy: 'human' }, 2],
    [{ CallDuration: '30', AnsweredBy: 'unknown' }, 30],
    [{}, 0],
  ])('completed with %o was taken for %i seconds', (more, seconds) => {
    expect(news('completed', more)).toEqual({
      taken: { seconds },
      unheard: expect.objectContaining({ code: 'no_human' }),
    });
  });
  it.each(['human', 'unknown', 'machine_start', 'machine_end_beep', 'machine_end_silence', 'machine_end_other', 'fax'])(
    'the finding %s of detection is progress of the call',
    (AnsweredBy) => {
      const report = parseCallStatus({ CallSid, AnsweredBy, MachineDetectionDuration: '4000' });
      expect(report).toMatchObject({ providerStatus: AnsweredBy, news: 'progress' });
    },
  );
  it.each(['machine_start_2', 'voicebot', 'constructor'])('the finding %s has no rule: it is noted', (AnsweredBy) => {
    expect(parseCallStatus({ CallSid, AnsweredBy })).toMatchObject({ providerStatus: AnsweredBy, news: 'unknown' });
  });
  it.each(['machine_start', 'machine_end_beep', 'machine_end_silence', 'machine_end_other', 'fax'])(
    'completed by %s did not',
    (AnsweredBy) => {
      expect(news('completed', { AnsweredBy })).toMatchObject(NO_HUMAN);
    },
  );
  it.each(['busy', 'no-answer', 'canceled'])('%s is nobody, and nobody else is asked to call', (status) => {
    expect(news(status)).toMatchObject(NO_HUMAN);
  });
  it('only canceled says that we ended it ourselves', () => {
    expect(news('canceled')).toMatchObject({ cancelled: true });
    for (const status of ['busy', 'no-answer']) expect(news(status)).not.toHaveProperty('cancelled');
  });
  it('failed was not put through: the next provider may', () => {
    const expected = { class: 'provider_fault', failsOver: true, counts: false, disablesSender: false };
    expect(news('failed')).toMatchObject({ undelivered: { code: 'failed', ...expected } });
    expect(news('failed', { SipResponseCode: '503' })).toMatchObject({ undelivered: { code: 'sip_503' } });
  });

  it('later news outranks earlier, however it arrives', () => {
    const ranks = ['queued', 'initiated', 'ringing', 'in-progress', 'completed'].map(
      (CallStatus) => parseCallStatus({ CallSid, CallStatus })?.rank ?? -1,
    );
    expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
    expect(new Set(ranks).size).toBe(ranks.length);
  });

  it.each(['delivered', 'constructor', 'transferring'])('the status %s has no rule: it is noted', (CallStatus) => {
    expect(parseCallStatus({ CallSid, CallStatus, AnsweredBy: 'human' })).toEqual({
      provider: 'twilio',
      providerId: CallSid,
      providerStatus: CallStatus,
      rank: 0,
      news: 'unknown',
    });
  });

  it.each([
    [{ CallSid: 'CA1', CallStatus: 'completed' }],
    [{ CallSid: `SM${'a'.repeat(32)}`, CallStatus: 'completed' }],
    [{ CallSid, CallStatus: '' }],
    [{ CallSid: [CallSid, CallSid], CallStatus: 'completed' }],
    [{ CallStatus: 'completed' }],
  ])('%o is none', (form) => {
    expect(parseCallStatus(form)).toBeUndefined();
  });
});

describe('what is spoken', () => {
  it('what is spoken is one line of at most 300 characters, cut between words', () => {
    const long = spoken(`${'word '.repeat(80)}\n\u0000end`);
    expect(long.length).toBeLessThanOrEqual(MAX_SPEECH);
    expect(long).toMatch(/^(word )+word$/);
    expect(spoken('x'.repeat(400))).toHaveLength(300);
    expect(spoken('a\u0000b\n\n c\ud800')).toBe('a b c');
    expect(spoken(`${'x'.repeat(299)}😀`).isWellFormed()).toBe(true);
  });

  it('what is spoken is text in TwiML, whatever it holds', () => {
    const twiml = speakTwiml('en', '</Say><Dial>+1</Dial> & "q" \u0007');
    expect(twiml).toContain('&lt;/Say&gt;&lt;Dial&gt;+1&lt;/Dial&gt; &amp; "q"</Say><Hangup/>');
    expect(twiml).not.toContain('\u0007');
    const menu = menuTwiml({ language: 'fr-FR', menu: 'x', action: 'https://a.example/m?x=1&y=2' });
    expect(menu).toContain('action="https://a.example/m?x=1&amp;y=2#rc=2&amp;');
    expect(menu).toMatch(/<Gather input="dtmf" numDigits="1" timeout="8" actionOnEmptyResult="true"/);
    expect(menu).toContain('voice="Polly.Lea" language="fr-FR"');
  });

  it("what is spoken is the TwiML that Twilio's own builder makes", () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.string({ maxLength: 60 }), (...texts) => {
        const builder = new twilio.twiml.VoiceResponse();
        for (const text of texts) builder.say({ voice: 'Polly.Vicki', language: 'de-DE' }, spoken(text));
        builder.hangup();
        expect(speakTwiml('de', ...texts)).toBe(builder.toString().replace(/<Say ([^>]*)\/>/g, '<Say $1></Say>'));
      }),
    );
  });

  it('in a language that nobody here speaks is read by the English voice', () => {
    expect(['de-AT', 'DE', 'pt_BR', 'xx', '', undefined, 'constructor'].map((tag) => voiceFor(tag).name)).toEqual([
      ...['Vicki', 'Vicki', 'Camila', 'Joanna', 'Joanna', 'Joanna', 'Joanna'],
    ]);
  });
});
