import type { AnswerAction } from '../page/answer.ts';
import { keywordOf, wordsOf } from './keywords.ts';

/** What the person means. */
export type Target =
  /** All open incidents; or something behind the verb that looks like a code or an id and is none. */
  | { which: 'all' | 'unclear' }
  /** The one open incident. `mentions` are codes further behind in the line, which nobody has to mean. */
  | { which: 'only'; mentions?: readonly string[] }
  /** The incident with this code. `alone` is a code without a verb. */
  | { which: 'code'; code: string; alone: boolean };

export type Command =
  | { kind: 'answer'; action: AnswerAction; target: Target }
  | { kind: 'stop' | 'start' | 'help' | 'nonsense' };

const ACK = 'ACK(?:ED|NOWLEDGED?)?';
/**
 * `RES` and `CLOSED` begin sentences too (`Closed until Monday`): they are verbs where nothing but a code or ALL
 * follows.
 */
const VERB = new RegExp(`^(?:(${ACK})|RESOLVED?|(RES|CLOSED?))$`);
/** No verb is made of the characters of codes alone, so that `ACK7K3` and `7K3ACK` can be told apart. */
const VERB_FIRST = new RegExp(`^(?:REPLY)?(?:(${ACK})|RES(?:OLVED?)?|CLOSED?)(.*)$`);
const VERB_LAST = new RegExp(`^(.+?)(?:(${ACK})|RES(?:OLVED?)?|CLOSED?)$`);
const CODE = /^[2-9CFGHJKMPQRTVWX]{3,4}$/;

const TIME = /^\d+(?:M|MINS?|H|HRS?|S|SECS?|AM|PM)$/;
const NO_ALL = /\ball[-_&/.]\w/i;
/** `ack all good` is no ALL. */
const AFTER_ALL = new Set(['GOOD', 'CLEAR', 'SET', 'WELL', 'RIGHT', 'OK', 'OKAY', 'DONE', 'FINE', 'GREEN', 'QUIET']);

/**
 * Reads a text a person sent back (docs/spec/replies.md#answering): its first line, the verb, a code if one follows,
 * and whatever is behind ignored. `ACK`, `ack: 7k3`, `"ACK 7K3" thanks`, `Ack, on it`, `RESOLVE 7K3`, `ACK ALL`, in any
 * case and punctuation; a line that is nothing but a command may have its code first (`7k3 ack`), alone (`7K3`), or its
 * signs apart (`a c k 7 k 3`). A sentence that begins otherwise is no answer: `please ack`, `Liked "… Reply ACK 7K3"`.
 * Never throws.
 */
export function parseCommand(text: string): Command {
  const keyword = keywordOf(text);
  if (keyword) return { kind: keyword };
  const line = firstLine(text);
  const answer = answerIn(together(wordsOf(line)));
  // `ack all-hands` names something, and means not all that is open.
  if (answer?.target.which === 'all' && NO_ALL.test(line)) answer.target = { which: 'unclear' };
  return answer ? { kind: 'answer', ...answer } : { kind: 'nonsense' };
}

/**
 * Whether a text that is no answer speaks of answering: `please ack`, `Liked "… Reply ACK 7K3"`. Whoever sent it may
 * think to have answered, and is told otherwise.
 */
export const mentionsVerb = (text: string): boolean =>
  wordsOf(text).some((word) => {
    const verb = VERB.exec(word);
    return verb !== null && verb[2] === undefined;
  });

type Answer = Pick<Extract<Command, { kind: 'answer' }>, 'action' | 'target'>;

/** The first line with something to read in it: below may stand a signature, or the text that is answered. */
const firstLine = (text: string): string =>
  text.split(/\r\n|[\n\r\v\f\u0085\u2028\u2029]/).find((line) => /[\p{L}\p{N}]/u.test(line)) ?? '';

/** Single signs that stand apart are one word: `a c k`, `7 k 3`. */
function together(words: readonly string[]): string[] {
  const joined: string[] = [];
  let wasSingle = false;
  for (const word of words) {
    const isSingle = word.length === 1;
    if (isSingle && wasSingle) joined.push(`${joined.pop() ?? ''}${word}`);
    else joined.push(word);
    wasSingle = isSingle;
  }
  return joined;
}

function answerIn(line: readonly string[]): Answer | undefined {
  const words = line[0] === 'REPLY' ? line.slice(1) : line;
  return written(words) ?? nothingElse(line.join('')) ?? sentence(words);
}

/** A verb with a code or ALL behind it, together or apart; what follows does not matter. */
function written([first = '', ...rest]: readonly string[]): Answer | undefined {
  const verb = VERB.exec(first);
  if (verb) {
    const target = targetOf(rest[0] ?? '', rest[1]);
    return target && { action: actionOf(verb[1]), target };
  }
  const glued = VERB_FIRST.exec(first);
  const target = glued && targetOf(glued[2] ?? '', rest[0]);
  return glued && target ? { action: actionOf(glued[1]), target } : undefined;
}

/** A line that is a command and nothing else, wherever its spaces are, the code before the verb or alone. */
function nothingElse(letters: string): Answer | undefined {
  const first = VERB_FIRST.exec(letters);
  const behind = first?.[2] ?? '';
  if (first && behind === '') return { action: actionOf(first[1]), target: { which: 'only' } };
  const target = first && targetOf(behind, undefined);
  if (first && target) return { action: actionOf(first[1]), target };
  const last = VERB_LAST.exec(letters);
  const before = last && codeTarget(last[1] ?? '', false);
  if (last && before) return { action: actionOf(last[2]), target: before };
  const alone = codeTarget(letters, true);
  return alone && { action: 'acknowledge', target: alone };
}

/** A sentence that begins with a verb. */
function sentence([first = '', ...rest]: readonly string[]): Answer | undefined {
  const verb = VERB.exec(first);
  if (!verb) return undefined;
  const action = actionOf(verb[1]);
  const isUnclear = verb[2] !== undefined || looksLikeCode(rest);
  if (isUnclear) return { action, target: { which: 'unclear' } };
  const mentions = rest.flatMap((word) => (/\d/.test(word) && !TIME.test(word) ? (codeOf(word) ?? []) : []));
  return { action, target: mentions.length > 0 ? { which: 'only', mentions } : { which: 'only' } };
}

/**
 * Whether what follows the verb may have been meant for a code or an incident's id: `ack 7ko`, `ack 1042`, `ack
 * INC-1042`. Taken for chatter, it would answer another incident than the one that is named.
 */
function looksLikeCode([next = '', after = '']: readonly string[]): boolean {
  if (TIME.test(next)) return false;
  return /^(?=.*\d)\w{3,6}$/.test(next) || (/^[A-Z]{2,10}$/.test(next) && /^\d{2,}$/.test(after));
}

const actionOf = (ack: string | undefined): AnswerAction => (ack ? 'acknowledge' : 'resolve');

function targetOf(word: string, next: string | undefined): Target | undefined {
  if (word === 'ALL') return AFTER_ALL.has(next ?? '') ? undefined : { which: 'all' };
  return codeTarget(word, false);
}

function codeTarget(word: string, alone: boolean): Extract<Target, { which: 'code' }> | undefined {
  const code = codeOf(word);
  return code === undefined ? undefined : { which: 'code', code, alone };
}

/**
 * B, S and Z are in no code and look like one character each that is. O, 0, I, 1 and L could stand for several or none,
 * and a guess would answer somebody else's incident: they make no code.
 */
function codeOf(letters: string): string | undefined {
  const code = letters.replaceAll('B', '8').replaceAll('S', '5').replaceAll('Z', '2');
  return CODE.test(code) ? code : undefined;
}

const CHATTER = new Set(['THX', 'KTHX', 'THKS', 'TKS', 'BRB', 'BTW', 'RGR', 'HMM', 'HMMM'].map(codeOf));

/**
 * Whether what has the form of a code is as well something that people add to an answer: a courtesy (`ack thx`) or a
 * time (`ack 7pm`). Where no page has this code, it is one.
 */
export const isChatter = (code: string): boolean => CHATTER.has(code) || /^\d+(?:M|H|HR|HR5|PM)$/.test(code);
