import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { pushContent } from '../../../lambdas/core/content/push.ts';
import { smsText } from '../../../lambdas/core/content/sms.ts';
import { confirmation } from '../../../lambdas/core/content/text-replies.ts';
import { callDetails, callScript } from '../../../lambdas/core/content/voice.ts';
import { inboundOpen } from '../../../lambdas/core/content/voice-inbound.ts';
import { wordingFor } from '../../../lambdas/core/content/wording.ts';
import { Problem } from '../../../lambdas/http/problem.ts';
import { parse } from '../../../lambdas/http/validation.ts';
import { presentable } from '../../../lambdas/providers/faults.ts';
import { pushMessage } from '../../../lambdas/providers/push/payload.ts';
import { spoken } from '../../../lambdas/providers/voice/speech.ts';
import { PAGE } from '../../../scripts/render-content.ts';

const w = wordingFor('en');
const paged = (text: string) => ({ ...PAGE, incident: { ...PAGE.incident, title: text, description: text } });

/** Every place that makes a long text of somebody else short. */
const PLACES: Record<string, (text: string) => string> = {
  'the text of a page': (text) => smsText(paged(text)),
  'the text that confirms an answer': (text) => confirmation('acknowledge', [paged(text)], w),
  'a push notification': (text) => JSON.stringify(pushContent(paged(text), { wording: w })),
  'a push notification that is too large for APNs': (text) =>
    pushMessage({ to: '', ref: '', title: 't', body: text.repeat(4), critical: true, data: {} }) ?? '',
  'the script of a call': (text) => callScript(paged(text), w),
  'the details of a call': (text) => callDetails(paged(text), w),
  'the list of a call to our number': (text) => inboundOpen([paged(text)], w),
  'what a call speaks': (text) => spoken(text),
  'the words of a provider about a fault': (text) => presentable(text) ?? '',
  'the name of an unknown field in a problem': (text) => {
    try {
      parse(z.strictObject({}), { [text]: 1 });
    } catch (error) {
      if (error instanceof Problem) return JSON.stringify(error);
    }
    return '';
  },
};

describe.each(Object.entries(PLACES))('%s', (_place, shortened) => {
  it.each([
    ['letters outside the basic plane', '𝔸'],
    ['flags', '🇩🇪'],
    ['families', '👨‍👩‍👧‍👦'],
    ['thumbs with a skin tone', '👍🏽'],
  ])('a text of %s is cut between characters', (_what, one) => {
    for (let before = 0; before < 4; before++) {
      const text = shortened(`${'x'.repeat(before)}${one.repeat(250)}`);
      expect(text.isWellFormed()).toBe(true);
      expect(text).not.toMatch(/\\ud[89a-f]/i);
      const parts = [...one].filter((part) => part !== '\u200d');
      const rest = text.replaceAll(one, '');
      // Speech has no emoji at all, and a text may show a plain form: what must not be left is some parts without others.
      const left = parts.map((part) => rest.split(part).length);
      expect(new Set(left).size, text).toBe(1);
    }
  });
});
