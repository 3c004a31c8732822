import type { AnswerAction } from '../page/answer.ts';

/**
 * What the person means: the one open incident, all of them, the one with this code, or something after ACK that is
 * none of these. `alone` is a code without a verb.
 */
export type Target = { which: 'only' | 'all' | 'unclear' } | { which: 'code'; code: string; alone: boolean };

export type Command =
  | { kind: 'answer'; action: AnswerAction; target: Target }
  | { kind: 'stop' | 'start' | 'help' | 'nonsense' };

/** Whole messages that opt out, opt in and ask for help, as Twilio and AWS have them. */
const STOP = new Set(['STOP', 'STOPALL', 'UNSUBSCRIBE', 'CANCEL', 'END', 'QUIT', 'REVOKE', 'OPTOUT']);
const START = new Set(['START', 'YES', 'UNSTOP']);
const HELP = new Set(['HELP', 'INFO']);

const ACK = 'ACK(?:ED|NOWLEDGED?)?';
const RESOLVE = 'RES(?:OLVED?)?|CLOSED?';
/** No verb is made of the characters of codes alone, so that `ACK7K3` and `7K3ACK` can be told apart. */
const VERB_FIRST = new RegExp(`^(?:REPLY)?(?:(${ACK})|${RESOLVE})(.*)$`);
const VERB_LAST = new RegExp(`^(.+?)(?:(${ACK})|${RESOLVE})$`);
const CODE = /^[2-9CFGHJKMPQRTVWX]{3,4}$/;

/**
 * Reads a text a person sent back: `ACK`, `ack 7k3`, `7K3`, `'7K3'`, `7k3 ack`, `ack7k3`, `RESOLVE 7K3`, `ACK ALL`, in
 * any case, spacing and punctuation. The verb must begin or end it: `Liked "… Reply ACK 7K3"` is no answer. Never throws.
 */
export function parseCommand(text: string): Command {
  const letters = lettersOf(text);
  if (STOP.has(letters)) return { kind: 'stop' };
  if (START.has(letters)) return { kind: 'start' };
  if (HELP.has(letters)) return { kind: 'help' };
  const first = VERB_FIRST.exec(letters);
  if (first) return answer(first[1], targetOf(first[2] ?? ''));
  const last = VERB_LAST.exec(letters);
  const before = last && targetOf(last[1] ?? '');
  if (last && before?.which === 'code') return answer(last[2], before);
  const code = codeOf(letters);
  return code ? answer('ACK', { which: 'code', code, alone: true }) : { kind: 'nonsense' };
}

const answer = (ack: string | undefined, target: Target): Command => ({
  kind: 'answer',
  action: ack ? 'acknowledge' : 'resolve',
  target,
});

function targetOf(rest: string): Target {
  if (rest === '') return { which: 'only' };
  if (rest === 'ALL') return { which: 'all' };
  const code = codeOf(rest);
  return code ? { which: 'code', code, alone: false } : { which: 'unclear' };
}

/**
 * B, S and Z are in no code and look like one character each that is. O, 0, I, 1 and L could stand for several or none,
 * and a guess would answer somebody else's incident: they make no code.
 */
function codeOf(letters: string): string | undefined {
  const code = letters.replaceAll('B', '8').replaceAll('S', '5').replaceAll('Z', '2');
  return CODE.test(code) ? code : undefined;
}

/** Cyrillic and Greek capitals that look like Latin ones: keyboards switch, and people do not notice. */
const LOOK_ALIKES: Record<string, string> = Object.fromEntries(
  ['АВСЕНКМОРТХУЅІЈԚԜ', 'ABCEHKMOPTXYSIJQW', 'ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ', 'ABEZHIKMNOPTYX'].flatMap((from, i, all) =>
    i % 2 === 0 ? [...from].map((char, at): [string, string] => [char, [...(all[i + 1] ?? '')][at] ?? '']) : [],
  ),
);

/** Letters and digits alone, in capitals: widths, spaces of every kind, quotes, punctuation and emoji are gone. */
function lettersOf(text: string): string {
  const capitals = text.normalize('NFKC').toUpperCase();
  return Array.from(capitals, (char) => LOOK_ALIKES[char] ?? char)
    .join('')
    .replace(/[\p{Z}\p{C}\p{P}\p{S}\p{M}]/gu, '');
}
