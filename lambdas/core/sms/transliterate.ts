/**
 * Plain forms for what GSM-7 lacks, where a plain form says the same (contract §4): one curly quote would otherwise turn
 * the text into UCS-2 and halve what fits. Emoji and other scripts have none and stay.
 */
import { septetsOf } from './gsm7.ts';

const PLAIN: Record<string, string> = {
  ...each('‘’‚‛′´`ʼ‹›', "'"),
  ...each('“”„‟″«»', '"'),
  ...each('‐‑‒–—―−⁃', '-'),
  ...each('•·‣◦∙●▪', '*'),
  ...each('\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000', ' '),
  '…': '...',
  '→': '->',
  '←': '<-',
  '↔': '<->',
  '⇒': '=>',
  '≥': '>=',
  '≤': '<=',
  '≠': '!=',
  '≈': '~',
  '±': '+/-',
  '×': 'x',
  '÷': '/',
  '⁄': '/',
  '²': '^2',
  '³': '^3',
  '°': 'deg',
  µ: 'u',
  '¦': '|',
  '©': '(c)',
  '®': '(R)',
  '™': '(TM)',
  '№': 'No.',
  '‰': '0/00',
  œ: 'oe',
  Œ: 'OE',
  ł: 'l',
  Ł: 'L',
  đ: 'd',
  Đ: 'D',
  ð: 'd',
  Ð: 'D',
  þ: 'th',
  Þ: 'Th',
  ħ: 'h',
  Ħ: 'H',
  ı: 'i',
  ẞ: 'SS',
};
function each(chars: string, plain: string): Record<string, string> {
  return Object.fromEntries([...chars].map((char) => [char, plain]));
}

/** Characters that show nothing: soft hyphen, zero-width space, byte order mark, direction overrides. Joiners stay, emoji need them. */
const INVISIBLE = /[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/g;

/** The text in GSM-7 characters as far as they say the same; the rest is unchanged. */
export function transliterate(text: string): string {
  const visible = text.normalize('NFC').replace(INVISIBLE, '');
  return Array.from(visible, (char) => (septetsOf(char) === undefined ? plainForm(char) : char)).join('');
}

function plainForm(char: string): string {
  const listed = PLAIN[char];
  if (listed !== undefined) return listed;
  // Accented, fullwidth and joined Latin letters: á, Ａ, ﬁ. Superscript or circled ones would change their meaning.
  if (!/^\p{Script=Latin}$/u.test(char)) return char;
  const base = char.normalize('NFKD').replace(/\p{M}/gu, '');
  return base !== '' && Array.from(base).every((c) => septetsOf(c) !== undefined) ? base : char;
}

/** One line without control characters: a line break in a title must not look like a message of its own. */
export function flatten(text: string): string {
  return text
    .toWellFormed()
    .replaceAll('\ufffd', '?')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
}
