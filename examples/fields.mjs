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

/** One line of at most `max` characters, or undefined when nothing is left of it. */
export function line(value, max) {
  const text = String(value ?? '')
    .toWellFormed()
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
  const characters = [...text];
  return (
    (characters.length <= max
      ? text
      : `${characters
          .slice(0, max - 1)
          .join('')
          .trimEnd()}…`) || undefined
  );
}

/** Text with line breaks, cut to `max` bytes of UTF-8, or undefined when nothing is left of it. */
export function text(value, max) {
  const clean = String(value ?? '')
    .toWellFormed()
    .replace(/\r\n?/g, '\n')
    .replace(/[^\P{Cc}\n\t]/gu, ' ')
    .trim();
  if (Buffer.byteLength(clean) <= max) return clean || undefined;
  // A character that the cut goes through decodes to U+FFFD.
  const cut = Buffer.from(clean)
    .subarray(0, max - 3)
    .toString()
    .replace(/\uFFFD+$/, '');
  return `${cut.trimEnd()}…`;
}

/** `<name>-<10 hex digits of the key>`: readable in a text, the same for ever, and at most 64 characters. */
export function incidentId(name, key) {
  const digest = createHash('sha256').update(key).digest('hex').slice(0, 10);
  const readable = String(name ?? '')
    .replace(/[^A-Za-z0-9_.-]+/g, '-')
    .replace(/^[-.]+/, '')
    .slice(0, 40);
  return `${readable.replace(/[-.]+$/, '') || 'alert'}-${digest}`;
}

/** ISO 8601 in UTC; undefined for what is no time, and for Go's year 1, which means "not yet". */
export function time(value) {
  const at = new Date(value ?? Number.NaN);
  return at.getTime() > 0 ? at.toISOString() : undefined;
}

/** The first of the candidates that is a web address of a length we take. */
export const url = (...candidates) =>
  candidates.find((value) => /^https?:\/\/\S+$/i.test(value ?? '') && URL.canParse(value) && value.length <= 2048);

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
