/**
 * Plain forms for what GSM-7 lacks, where a plain form says the same (docs/spec/delivery.md#texts): one curly quote
 * would otherwise turn the text into UCS-2 and halve what fits. Emoji and other scripts have none and stay.
 *
 * The base is Unicode's compatibility form (NFKC): full-width letters, ligatures, ℃, ㎏, bold letters of mathematics.
 * Where that would say something else, it is put otherwise: 2⁵ is 2^5 and not 25, 1½ is 1 1/2, log₂8 is log2 8, ① is
 * (1), ㎡ is m^2, and a mark that strikes a sign through is never taken off (≮ is not <).
 */
import { septetsOf } from './gsm7.ts';
import { PLAIN } from './plain-forms.ts';

/**
 * Characters that show nothing: soft hyphen, zero-width space, byte order mark, direction overrides, fillers. Joiners
 * and variation selectors are looked at where they stand.
 */
const INVISIBLE = new RegExp(
  '\\u00ad|\\u034f|\\u061c|\\u115f|\\u1160|\\u180e|[\\u200b\\u200e\\u200f]|[\\u202a-\\u202e]|[\\u2060-\\u2064]|' +
    '[\\u2066-\\u206f]|\\u3164|\\ufeff|\\uffa0|[\\ufff9-\\ufffb]',
  'gu',
);

/** The text in GSM-7 characters as far as they say the same; the rest is unchanged. */
export function transliterate(text: string): string {
  const visible = inContext(text.normalize('NFC').replace(INVISIBLE, ''));
  let plain = '';
  // Whether the character before, as it is sent, is of an alphabet that needs joiners, selectors and marks.
  let stays = false;
  for (const char of visible) {
    if (isHelper(char)) {
      plain += stays ? char : '';
      continue;
    }
    const form = septetsOf(char) === undefined ? plainForm(char) : char;
    stays = form === char && septetsOf(char) === undefined;
    plain += form;
  }
  return plain;
}

/**
 * What only changes the character before it: joiners, selectors of a form (`™️`), tags of flags, accents that made no
 * character of their own. Behind a plain character they say nothing; strokes through one do, and are no accents.
 */
const isHelper = (char: string): boolean =>
  /^(?:\u200c|\u200d|[\ufe00-\ufe0f]|[\u{e0020}-\u{e007f}]|[\u{e0100}-\u{e01ef}]|(?![\u0334-\u0338])[\u0300-\u036f])$/u.test(
    char,
  );

/** What depends on its neighbours: exponents, indices, fractions, numbers in circles, keycaps, degrees and micro. */
const inContext = (text: string): string =>
  text
    .replace(/([0-9#*])\ufe0f?\u20e3/gu, '$1')
    .replace(/[\u00b2\u00b3\u00b9\u2070\u2071\u2074-\u207f]+/gu, (run) => `^${compatible(run)}`)
    .replace(/[\u2080-\u208e]+/gu, (run, at: number, whole: string) => {
      const index = `${isDigitAt(whole, at - 1) ? '_' : ''}${compatible(run)}`;
      return isDigitAt(whole, at + run.length) ? `${index} ` : index;
    })
    .replace(/[¼½¾⅐-⅟↉]/gu, (char, at: number, whole: string) => {
      const fraction = `${isDigitAt(whole, at - 1) ? ' ' : ''}${compatible(char)}`;
      return isDigitAt(whole, at + 1) && char !== '⅟' ? `${fraction} ` : fraction;
    })
    .replace(/[①-⑳Ⓐ-ⓩ⓪㉑-㉟㊱-㊿]/gu, (char) => `(${char.normalize('NFKC')})`)
    .replace(/[❶-➓]/gu, (char) => `(${(((char.codePointAt(0) ?? 0) - 0x2776) % 10) + 1})`)
    .replace(/(\d\s?)º(?=[CFK](?![\p{L}\p{N}]))/gu, '$1deg')
    .replace(/(?<!\p{Script=Greek})μ(?=[A-Za-z])/gu, 'u');

const isDigitAt = (text: string, at: number): boolean => /\p{Nd}/u.test(text.charAt(at));

const listed = (text: string): string => Array.from(text, (char) => PLAIN.get(char) ?? char).join('');

/** The compatibility form with its own signs in plain: `10⁻³` has a minus, `½` a fraction slash. */
const compatible = (run: string): string => listed(run.normalize('NFKC'));

/** Accented and joined Latin letters, ordinals, modifiers: á, ﬁ, ª, ᵗʰ. Without their marks they are read as meant. */
const latin = (char: string): string => listed(char.normalize('NFKD').replace(/\p{M}/gu, ''));

function plainForm(char: string): string {
  const known = PLAIN.get(char);
  if (known !== undefined) return known;
  const base = /^\p{Script=Latin}$/u.test(char) ? latin(char) : compatible(char);
  if (base === char) return char;
  // μ is a letter of Greek where it stands alone, and a prefix of units within one character (㎛).
  const plain = base.replaceAll('μ', 'u');
  // A blank in front is the carrier of an accent that stands alone.
  const isPlain = plain !== '' && !plain.startsWith(' ') && Array.from(plain).every((c) => septetsOf(c) !== undefined);
  return isPlain ? plain : char;
}

/** One line without control characters: a line break in a title must not look like a message of its own. */
export function flatten(text: string): string {
  return text
    .toWellFormed()
    .replaceAll('\ufffd', '?')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
}
