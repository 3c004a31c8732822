/** What the converters share: making any text fit a field of a dispatch. No dependencies, Node 20 or later. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** Severity words as they are used in the wild, and the priority they become. Anything else is HIGH: see README.md. */
const PRIORITY_OF = {
  CRITICAL: ['critical', 'crit', 'page', 'emergency', 'fatal', 'disaster', 'p1', 'sev1'],
  HIGH: ['error', 'high', 'major', 'p2', 'sev2'],
  MEDIUM: ['warning', 'warn', 'medium', 'minor', 'average', 'p3', 'sev3'],
  LOW: ['info', 'information', 'notice', 'low', 'none', 'p4', 'p5', 'sev4', 'sev5'],
};
const PRIORITIES = Object.keys(PRIORITY_OF);

export function priorityOf(severity) {
  const word = String(severity ?? '')
    .toLowerCase()
    .trim();
  return PRIORITIES.find((priority) => PRIORITY_OF[priority].includes(word)) ?? 'HIGH';
}

export const loudest = (priorities) => PRIORITIES.find((priority) => priorities.includes(priority)) ?? 'HIGH';

/** Shows nothing: the API refuses a text that has only such characters. */
const INVISIBLE = /[\p{White_Space}\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u{2800}\u{1d159}]/gu;
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/**
 * A label, annotation or other value as text that the API takes: a field that is null, missing or a whole object is an
 * empty text, half a surrogate pair becomes U+FFFD, noncharacters such as U+FFFF become spaces.
 */
function clean(value) {
  if (!['string', 'number', 'boolean'].includes(typeof value)) return '';
  return String(value)
    .normalize('NFC')
    .toWellFormed()
    .replace(/\p{Noncharacter_Code_Point}/gu, ' ');
}

const isBlank = (text) => text.replace(INVISIBLE, '') === '';

/** No field takes as much as this many characters; what is behind them need not be looked at. */
const MOST = 20_000;

/** The whole text if it fits, else its beginning, cut between graphemes, and `…`. */
function cut(given, fits) {
  if (given.length <= MOST && fits(given)) return given;
  const text = given.slice(0, MOST).toWellFormed();
  // One grapheme can be as long as a text: a letter under a thousand accents is cut between characters.
  for (const pieces of [[...graphemes.segment(text)].map(({ segment }) => segment), [...text]]) {
    let [low, high] = [0, pieces.length];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (fits(`${pieces.slice(0, middle).join('')}…`)) low = middle;
      else high = middle - 1;
    }
    if (low > 0) return `${pieces.slice(0, low).join('').trimEnd()}…`;
  }
  return '…';
}

/** One line of at most `max` characters, or undefined when nothing of it is seen. */
export function line(value, max) {
  const text = clean(value)
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
  return isBlank(text) ? undefined : cut(text, (part) => [...part].length <= max);
}

/** The first of the candidates that shows something, as one line. */
export const firstOf = (max, ...candidates) => candidates.map((one) => line(one, max)).find(Boolean);

/** Text with line breaks, cut to `max` bytes of UTF-8, or undefined when nothing of it is seen. */
export function text(value, max) {
  const whole = clean(value)
    .replace(/\r\n?/g, '\n')
    .replace(/[^\P{Cc}\n\t]/gu, ' ')
    .trim();
  return isBlank(whole) ? undefined : cut(whole, (part) => Buffer.byteLength(part) <= max);
}

/** A field that should be an object, as one: null, missing and anything else is empty. */
export const object = (value) => (typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {});

/** A field that should be a list of objects, without whatever else is in it. */
export const objects = (value) =>
  Array.isArray(value) ? value.filter((one) => typeof one === 'object' && one !== null) : [];

/** `<name>-<10 hex digits of the key>`: readable in a text, the same for ever, and at most 64 characters. */
export function incidentId(name, key) {
  const digest = createHash('sha256').update(key).digest('hex').slice(0, 10);
  const readable = clean(name)
    .replace(/[^A-Za-z0-9_.-]+/g, '-')
    .replace(/^[-.]+/, '')
    .slice(0, 40);
  return `${readable.replace(/[-.]+$/, '') || 'alert'}-${digest}`;
}

/** ISO 8601 in UTC; undefined for what is no time, for years the API does not take, and for Go's year 1: "not yet". */
export function time(value) {
  const at = new Date(typeof value === 'string' ? value : Number.NaN);
  return at.getTime() > 0 && at.getUTCFullYear() <= 9999 ? at.toISOString() : undefined;
}

/** The first of the candidates that is a web address the API takes. */
export const url = (...candidates) => candidates.find(isUrl);

const isUrl = (value) =>
  typeof value === 'string' &&
  /^https?:\/\/\S+$/i.test(value) &&
  !/[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}]/u.test(value) &&
  URL.canParse(value) &&
  value.length <= 2048;

/** Reads JSON from stdin, writes the dispatch to stdout. What cannot be converted ends with status 1 and one line. */
export function main(convert) {
  try {
    const dispatch = convert(JSON.parse(readFileSync(0, 'utf8')), process.argv[2] ?? 'usr_alice');
    process.stdout.write(`${JSON.stringify(dispatch, null, 2)}\n`);
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
