import { cut } from '../../core/content/text.ts';

/** What a call may speak: one message of template fields, short enough to be heard out. */

/** The limit for anything spoken. About twenty seconds. */
export const MAX_SPEECH = 300;

/**
 * The text as it goes to a speech engine: what no engine can say and XML cannot hold left out, on one line, cut between
 * words at 300 characters. Joiners stay: scripts need them, and emoji would fall apart.
 */
export function spoken(text: string): string {
  const plain = text
    .toWellFormed()
    .replace(/(?:(?!\u200c|\u200d)[\p{C}\p{Z}\ufffd])+/gu, ' ')
    .trim();
  const kept = cut(plain, MAX_SPEECH, '');
  const isBetweenWords = kept === plain || plain.charAt(kept.length) === ' ';
  const end = isBetweenWords ? kept.length : kept.lastIndexOf(' ');
  return end > MAX_SPEECH / 2 ? kept.slice(0, end) : kept;
}
