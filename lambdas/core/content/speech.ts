/** Text for a voice: what a speech engine reads as it is meant, and never takes for markup. */
import { cut, oneLine } from './text.ts';
import { type Phrase, say, type Wording } from './wording.ts';

/** A call is heard once, at three in the morning: about 20 seconds. */
export const SPEECH_MAX = 300;

const SYMBOLS = {
  '%': 'symbolPercent',
  '&': 'symbolAnd',
  '<': 'symbolLess',
  '>': 'symbolMore',
  '+': 'symbolPlus',
  '=': 'symbolEquals',
  '@': 'symbolAt',
  '/': 'symbolSlash',
  '#': 'symbolNumber',
} as const satisfies Record<string, Phrase>;
type Symbol = keyof typeof SYMBOLS;

/** Of an address only its host is said: nobody follows one that is heard, sign by sign and slash by slash. */
const LINK = /https?:\/\/(?:[^\s/?#@]*@)?([^\s/?#:)]+)[^\s<>)]*/gi;

/**
 * What others wrote, as words: symbols by their name, everything that is neither letter, number nor plain punctuation
 * as a pause of nothing. A closing full stop is left to the sentence it stands in.
 */
export const speakable = (text: string, wording: Wording): string =>
  withoutEnd(
    oneLine(text)
      .normalize('NFKC')
      .replace(LINK, '$1')
      .replace(/[%&<>+=@/#]/g, (char) => ` ${say(wording, SYMBOLS[char as Symbol])} `)
      .replace(/[^\p{L}\p{M}\p{N}\s.,:;!?'’()€$£°-]/gu, ' ')
      // A run of marks is read out by some engines, sign by sign.
      .replace(/([.,:;!?'’()-])[.,:;!?'’()\s-]*(?=[.,:;!?'’()-])/g, '')
      .replace(/\s+/g, ' ')
      .replace(/ (?=[.,:;!?])/g, '')
      .trim(),
  );
const withoutEnd = (text: string): string => text.replace(/[.,:;!?\s-]+$/, '');

/** `INC-1042` as `I N C 1 0 4 2`: read out sign by sign, since engines make words and thousands of it. */
export const spelled = (code: string): string => Array.from(code.match(/[\p{L}\p{N}]/gu) ?? []).join(' ');

/** Longer ids nobody writes down while listening. */
const SPELLED_MAX = 16;
export const spokenId = (id: string, wording: Wording): string =>
  spelled(id).length < SPELLED_MAX * 2 ? spelled(id) : cut(speakable(id, wording), 60, '');

/**
 * The sentences around a variable text that is cut between words until all of it fits; a cut one says so. If not even
 * an empty one fits, it is the fixed part that is cut, which the bounds of phrases and names do not let happen.
 */
export function fitSpeech(text: string, wording: Wording, around: (text: string) => string, max = SPEECH_MAX): string {
  const whole = tidy(around(text));
  if (whole.length <= max) return whole;
  const words = text.split(' ');
  for (let count = words.length - 1; count > 0; count--) {
    const kept = withoutEnd(words.slice(0, count).join(' '));
    const spoken = tidy(around(say(wording, 'callMore', { title: kept })));
    if (spoken.length <= max) return spoken;
  }
  // One word longer than the call, or nothing left: as much of it as there is room for.
  const room = max - tidy(around(say(wording, 'callMore', { title: '' }))).length;
  const start = room > 0 ? cut(text, room, '') : '';
  return cut(tidy(around(start === '' ? '' : say(wording, 'callMore', { title: start }))), max, '');
}

/** No doubled full stops or spaces where a part was empty, and no markup by way of a deployment's own words. */
const tidy = (text: string): string =>
  text
    .replace(/[<>&\p{Cc}]/gu, ' ')
    .replace(/\s+/g, ' ')
    .replace(/([.!?]) ?\.(?= |$)/g, '$1')
    .trim();
