import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { speakable, spelled } from '../../../lambdas/core/content/speech.ts';
import * as voice from '../../../lambdas/core/content/voice.ts';
import {
  checkWording,
  LANGUAGES,
  type Phrase,
  say,
  type Wording,
  wordingFor,
} from '../../../lambdas/core/content/wording.ts';
import { PAGE } from '../../../scripts/render-content.ts';
import { hostile, hostileBundle, hostilePage } from './hostile.ts';

const en = wordingFor('en');
const titled = (title: string) => ({ ...PAGE, incident: { ...PAGE.incident, title } });
const MENU = 'Press 1 to acknowledge, press 2 for details, press 9 to escalate.';

describe('a call', () => {
  it('a call says what docs/spec/delivery.md#texts says', () => {
    expect(voice.callScript(PAGE, en)).toBe(`Lifeline. Critical incident for payments-api. High error rate. ${MENU}`);
  });

  it('says first that it is a test, or an escalation', () => {
    expect(voice.callScript({ ...PAGE, test: true }, en)).toMatch(/^Lifeline\. This is a test\. Critical incident /);
    const escalation = { ...PAGE, type: 'escalation', escalationLevel: 2 } as const;
    expect(voice.callScript(escalation, en)).toMatch(/^Lifeline\. Escalation level 2\. Critical incident /);
  });

  it('cuts a long title between words and says so; the keys are never cut', () => {
    const script = voice.callScript(titled('disk full on db-1 '.repeat(20)), en);
    expect(script).toMatch(/ (disk|full|on|db-1), and more\. Press 1 /);
    expect(script.endsWith(MENU)).toBe(true);
    expect(script.length).toBeGreaterThan(280);
  });

  it('lets no title end in two full stops', () => {
    expect(voice.callScript(titled('Disk full.'), en)).toContain(' Disk full. Press');
    expect(voice.callScript(titled('Disk full?!'), en)).toContain(' Disk full. Press');
  });

  it('spells ids and codes', () => {
    expect(spelled('INC-1042')).toBe('I N C 1 0 4 2');
    expect(voice.callDetails(PAGE, en)).toMatch(
      /^Incident I N C 1 0 4 2\. Team Payments\. Alerts: 3\. 5xx at 12 percent/,
    );
    expect(voice.callCode('402917', en)).toContain('Your code is 4 0 2 9 1 7. Once more: 4 0 2 9 1 7.');
  });

  it('that takes no keys names none, and says where to answer and with what', () => {
    const where = voice.answerPlaces(['sms', 'voice', 'email', 'slack'], en);
    const speech = voice.oneWayCall(PAGE, { where }, en);
    expect(speech).not.toMatch(/press/i);
    expect(speech).toMatch(/To acknowledge, use the text message or the e-mail\. The reply code is 7 K 3\.$/);
  });

  it('answered too late says who has it', () => {
    const at = PAGE.createdAt;
    const page = { ...PAGE, acknowledged: { at, by: 'Alice', via: 'slack' } } as const;
    expect(voice.callAnswered(page, en, at + 300_000)).toBe(
      'Lifeline. Alice acknowledged payments-api 5 minutes ago. There is nothing to do. Goodbye.',
    );
    expect(voice.callAnswered({ ...page, resolved: { at, by: '', via: 'api' } }, en, at)).toContain(
      'somebody resolved payments-api just now.',
    );
  });

  it('says symbols by their names, each in the language of the call', () => {
    expect(speakable('CPU > 90 % & I/O < 5', en)).toBe('CPU more than 90 percent and I slash O less than 5');
    expect(speakable('95 %', wordingFor('de'))).toBe('95 Prozent');
    expect(speakable('**🔥 DB_1 down!** -- …', en)).toBe('DB 1 down');
    const runbook = 'See (https://wiki.example.com/x?a=1&b=2) and http://me:pw@10.0.0.1:8080/ now';
    expect(speakable(runbook, en)).toBe('See (wiki.example.com) and 10.0.0.1 now');
  });
});

const scripts: [string, Phrase | undefined, fc.Arbitrary<(w: Wording) => string>][] = [
  ['script', 'callMenu', hostilePage.map((page) => (w) => voice.callScript(page, w))],
  ['details', 'callMenuAfterDetails', hostilePage.map((page) => (w) => voice.callDetails(page, w, page.createdAt))],
  ['confirmation', undefined, hostilePage.map((page) => (w) => voice.callConfirmation(page, w))],
  ['answered', undefined, hostilePage.map((page) => (w) => voice.callAnswered(page, w, page.createdAt))],
  ['voicemail', 'callVoicemail', hostilePage.map((page) => (w) => voice.voicemail(page, w))],
  [
    'one-way',
    undefined,
    fc.tuple(hostilePage, hostile).map(
      ([page, where]) =>
        (w) =>
          voice.oneWayCall(page, { where }, w),
    ),
  ],
  ['bundle', 'callBundleMenu', hostileBundle.map((bundle) => (w) => voice.callBundle(bundle, w))],
];

describe('whatever a page contains, in every language', () => {
  it.each(scripts)('the %s is at most 300 characters without markup, its instruction whole', (_, end, arbitrary) => {
    fc.assert(
      fc.property(arbitrary, fc.constantFrom(...Object.values(LANGUAGES)), (speak, w) => {
        const text = speak(w);
        expect(text.length).toBeLessThanOrEqual(300);
        expect(text).toMatch(/^[\p{L}\p{M}\p{N}\s.,:;!?'’()€$£°-]+$/u);
        expect(text).not.toMatch(/\s\s|[\n\r]/);
        if (end) expect(text.endsWith(say(w, end as 'callMenu'))).toBe(true);
      }),
    );
  });

  it("a deployment's longest words still leave the instruction whole", () => {
    const callMenu = `${'key '.repeat(34)}1.`;
    expect(checkWording({ en: { callMenu } })).toEqual([]);
    const w = wordingFor('en', { en: { callMenu } });
    expect(voice.callScript(titled('x'.repeat(300)), w).endsWith(callMenu)).toBe(true);
  });

  it("a deployment's words cannot be markup either", () => {
    const w = wordingFor('en', { en: { callMenu: 'Press <break time="9s"/> 1 & 2.' } });
    expect(voice.callScript(PAGE, w)).toMatch(/ Press break time="9s"\/ 1 2\.$/);
  });

  it('the fixed texts are short', () => {
    for (const w of Object.values(LANGUAGES)) {
      for (const text of [
        voice.callEscalated(w, true),
        voice.callEscalated(w, false),
        voice.callGoodbye(w),
        voice.callUnknownKey(w),
        voice.callCode('402917', w),
      ]) {
        expect(text.length).toBeLessThan(160);
      }
    }
  });
});
