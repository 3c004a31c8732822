/** What a call may speak: one message of template fields, short enough to be heard out. */

/** The limit for anything spoken. About twenty seconds. */
export const MAX_SPEECH = 300;

/**
 * The text as it goes to a speech engine: what no engine can say and XML cannot hold left out, on one line, cut between
 * words at 300 characters.
 */
export function spoken(text: string): string {
  const plain = text
    .toWellFormed()
    .replace(/[\p{C}\p{Z}\ufffd]+/gu, ' ')
    .trim();
  if (plain.length <= MAX_SPEECH) return plain;
  const cut = plain.slice(0, MAX_SPEECH + 1);
  const end = cut.lastIndexOf(' ');
  return plain
    .slice(0, end > MAX_SPEECH / 2 ? end : MAX_SPEECH)
    .toWellFormed()
    .replace(/\ufffd$/, '');
}
