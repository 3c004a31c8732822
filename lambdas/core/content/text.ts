/** Text that others wrote, made safe to stand among ours. Lengths are UTF-16 units, as the platforms count them. */

/**
 * Characters that show nothing and may turn around, hide or fake what stands beside them: all of Unicode's format
 * characters and the fillers of Hangul. Joiners stay, emoji and scripts need them.
 */
const HIDDEN = /(?!\u200c|\u200d)\p{Cf}|\u115f|\u1160|\u3164|\uffa0/gu;

/** One line: no control characters, no hidden ones, no torn surrogates. */
export const oneLine = (text: string): string =>
  text
    .toWellFormed()
    .replaceAll('\ufffd', '?')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .replace(HIDDEN, '')
    .trim();

/** Several lines, their indentation kept, at most one empty line between two. */
export const manyLines = (text: string): string =>
  text
    .toWellFormed()
    .replaceAll('\ufffd', '?')
    .split(/\r\n|[\n\r\u2028\u2029]/)
    .map((line) =>
      line
        .replaceAll('\t', '  ')
        .replace(/\p{Cc}/gu, '')
        .replace(HIDDEN, '')
        .trimEnd(),
    )
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .replace(/^\n+|\n+$/g, '');

const segmenter = new Intl.Segmenter('en');

/** The characters of a text as a reader sees them: grapheme clusters. Text is cut between these, and nowhere else. */
export const graphemesOf = (text: string): string[] => Array.from(segmenter.segment(text), ({ segment }) => segment);

/**
 * At most `max` long, cut between whole characters as a reader sees them, and ending in `mark` then. Text that others
 * wrote is cut here alone (docs/spec/delivery.md#texts): `slice` tears emoji, and half of one is no Unicode.
 */
export function cut(text: string, max: number, mark = '…'): string {
  if (text.length <= max) return text;
  let kept = '';
  // The window reaches beyond `max`, so whatever it tears is too long; half a surrogate pair would end a character
  // early.
  const window = text.slice(0, max + 1).isWellFormed() ? text.slice(0, max + 1) : text.slice(0, max + 2);
  for (const { segment } of segmenter.segment(window.toWellFormed())) {
    if (kept.length + segment.length > max - mark.length) break;
    kept += segment;
  }
  return `${kept.trimEnd()}${mark}`;
}

/** The text cut so far that its escaped form is at most `max` long. */
export function cutEscaped(text: string, max: number, safe: (text: string) => string): string {
  for (let room = max; ; ) {
    const escaped = safe(cut(text, room));
    if (escaped.length <= max || room < 2) return escaped;
    room = Math.min(room - 1, Math.floor((room * max) / escaped.length));
  }
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** For HTML text and for attributes in quotes. */
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (char) => ENTITIES[char] ?? char);

const LONGEST_URL = 2000;

/**
 * The address in its normal form if it is one of the web, else nothing: no `javascript:`, no `mailto:`, no passwords.
 */
export function webUrl(url: string | undefined): string | undefined {
  if (url === undefined || !URL.canParse(url)) return undefined;
  const { protocol, username, password, origin, href } = new URL(url);
  if (!/^https?:$/.test(protocol) || username !== '' || password !== '') return undefined;
  // Left as they are, these end a link where it stands in brackets. Hosts may have brackets of their own: [::1].
  const path = href.slice(origin.length).replace(/[|()[\]'"<>\\^`{}]/g, percent);
  return origin.length + path.length > LONGEST_URL ? undefined : origin + path;
}

const percent = (char: string): string => `%${char.charCodeAt(0).toString(16).toUpperCase()}`;
