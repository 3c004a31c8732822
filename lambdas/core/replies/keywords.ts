/**
 * Words that stop, start and explain texts, as a whole message or within a sentence
 * (docs/spec/replies.md#opt-out-words).
 */

/**
 * Whole messages that opt out: Twilio's defaults, those of its French (Twilio docs, "Advanced Opt-Out" and "Proxy
 * opt-out keywords"), and those that AWS requires (AWS End User Messaging SMS, "Required opt-out keywords").
 */
export const OPT_OUT_WORDS = [
  ...['STOP', 'STOPALL', 'UNSUBSCRIBE', 'CANCEL', 'END', 'QUIT', 'REVOKE', 'OPTOUT'],
  ...['ARRET', 'ARRETE', 'ARRETT'],
  ...['OPT-OUT', 'REMOVE', 'TD'],
] as const;

/** Whole messages that opt in again (Twilio's defaults; AWS has the first and the last). */
export const OPT_IN_WORDS = ['START', 'YES', 'UNSTOP'] as const;

const HELP_WORDS = ['HELP', 'INFO'] as const;

/**
 * Words by which people ask for an end in the languages that Lifeline speaks. No provider takes them for an opt-out,
 * and some mean other things too (`alto`, `baja`), so they suppress nothing: whoever says one is told how to stop.
 */
const ASKING_WORDS = ['STOPP', 'STOPPEN', 'ABMELDEN', 'ALTO', 'BAJA', 'PARAR', 'CANCELAR', 'DESABONNER'] as const;

/** Cyrillic and Greek capitals that look like Latin ones: keyboards switch, and people do not notice. */
const LOOK_ALIKES: ReadonlyMap<string, string> = new Map(
  [
    ['АВСЕНКМОРТХУЅІЈԚԜ', 'ABCEHKMOPTXYSIJQW'],
    ['ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ', 'ABEZHIKMNOPTYX'],
  ].flatMap(([from = '', to = '']) => Array.from(from, (char, at): [string, string] => [char, to.charAt(at)])),
);

/**
 * The words of a text in capitals, without accents: whatever is neither letter nor digit parts them, but for characters
 * that show nothing, which part nothing.
 */
export function wordsOf(text: string): string[] {
  const capitals = text
    .normalize('NFKD')
    .toUpperCase()
    .replace(/[\p{M}\p{Cf}]/gu, '');
  const latin = Array.from(capitals, (char) => LOOK_ALIKES.get(char) ?? char).join('');
  return latin.match(/[\p{L}\p{N}]+/gu) ?? [];
}

/** A message as one word: case, accents, spaces and punctuation do not count. */
const squeezed = (text: string): string => wordsOf(text).join('');
const keysOf = (words: readonly string[]): ReadonlySet<string> => new Set(words.map(squeezed));
const [STOP, START, HELP] = [keysOf(OPT_OUT_WORDS), keysOf(OPT_IN_WORDS), keysOf(HELP_WORDS)];
const ENDING = new Set([...STOP, ...ASKING_WORDS]);

/** What the whole message is as one keyword of the providers; undefined for everything else. */
export function keywordOf(text: string): 'stop' | 'start' | 'help' | undefined {
  const key = squeezed(text);
  if (STOP.has(key)) return 'stop';
  if (START.has(key)) return 'start';
  return HELP.has(key) ? 'help' : undefined;
}

/** Whether a text that is no keyword as a whole has a word in it by which people ask that texts end. */
export function asksToStop(text: string): boolean {
  const words = wordsOf(text);
  return words.some((word, at) => ENDING.has(word) || STOP.has(word + (words[at + 1] ?? '')));
}
