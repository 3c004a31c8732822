import { asksForAnswer } from '../page/kind.ts';
import type { Page } from '../page/page.ts';
import { isGsm7, septetsOf } from '../sms/gsm7.ts';
import { segments } from '../sms/segments.ts';
import { flatten, transliterate } from '../sms/transliterate.ts';
import { tagOf } from './page-words.ts';
import { cut, graphemesOf } from './text.ts';
import { say, type Wording, wordingFor } from './wording.ts';

export interface TextOptions {
  /** On senders that can receive: the code that acknowledges this page. */
  replyCode?: string;
  /** On those that cannot: where to acknowledge it. Never both, so with a code it is left out. */
  link?: string;
  /** When the text was due, epoch ms, if it goes out too late for a person to take that for granted. */
  late?: number;
  /** The recipient's words; English without. */
  wording?: Wording;
}

/**
 * The text of a page (docs/spec/delivery.md#texts and docs/spec/delivery.md#texts):
 * `[CRITICAL] payments-api: High error rate. Incident #INC-1042 - Reply ACK 7K3`, or on a one-way sender, and late,
 * `[CRITICAL] payments-api: High error rate. Incident #INC-1042 (03:04 UTC) - Ack: https://…/actions/…`.
 *
 * Fits one GSM-7 segment of 160 septets by cutting the title, which ends in `...` then; the service, the incident's id,
 * the time, the code and the link are never cut, so where those alone are too long the text takes more segments. With
 * characters outside GSM-7 it takes at most two UCS-2 segments, unless what is never cut needs more.
 */
export function smsText(page: Page, options: TextOptions = {}): string {
  const { incident } = page;
  const { late, wording = wordingFor('en') } = options;
  const since = late === undefined ? '' : ` (${timeOfDay(late)} UTC)`;
  const head = `${tagOf(page)} ${clean(incident.service)}: `;
  const named = clean(say(wording, 'smsIncident', { id: incident.id }));
  return fitTitle(
    head,
    cut(clean(incident.title), TITLE_READ, ''),
    `${named}${since}${wayBack(page, options, wording)}`,
  );
}

/** More than two segments hold, so what is behind it is never sent and need not be tried. */
const TITLE_READ = 400;

/** A link stands last and without a full stop, which phones would take for a part of it. */
function wayBack(page: Page, { replyCode, link }: TextOptions, wording: Wording): string {
  if (!asksForAnswer(page)) return '';
  if (replyCode !== undefined) return ` - ${clean(say(wording, 'smsReply', { command: `ACK ${replyCode}` }))}`;
  return link === undefined ? '' : ` - ${clean(say(wording, 'smsLink', { link: '' }))} ${link}`;
}

/** `03:04`. A text is at most an hour late (docs/spec/delivery.md#channel-down), so the day goes without saying. */
const timeOfDay = (at: number): string => new Date(at).toISOString().slice(11, 16);

const clean = (text: string) => flatten(transliterate(text));

function fitTitle(head: string, title: string, tail: string): string {
  if (title === '') return head + tail;
  const full = (text: string) => `${head}${text}${/[.!?]$/.test(text) ? '' : '.'} ${tail}`;
  const shortened = (text: string) => `${head}${text}... ${tail}`;

  // Two segments are only ever used by UCS-2, or when what must not be cut fills the first.
  for (const gsmSegments of [1, 2]) {
    const fits = (text: string) => segments(text).count <= (isGsm7(text) ? gsmSegments : 2);
    if (fits(full(title))) return full(title);
    const kept = longestStart(title, (start) => fits(shortened(start)));
    if (kept) return shortened(kept);
    // In UCS-2 not one character of the title has room. Without its emoji some of it may.
    const plain = gsm7Only(title);
    if (fits(full(plain))) return full(plain);
    const plainKept = longestStart(plain, (start) => fits(shortened(start)));
    if (plainKept !== undefined) return shortened(plainKept);
  }
  return shortened('');
}

/** The longest start of a text that `fits`, ending between whole characters as a reader sees them. */
function longestStart(text: string, fits: (start: string) => boolean): string | undefined {
  const characters = graphemesOf(text);
  for (let length = characters.length - 1; length >= 0; length -= 1) {
    const start = characters.slice(0, length).join('').trimEnd();
    if (fits(start)) return start;
  }
  return undefined;
}

const gsm7Only = (text: string) => Array.from(text, (char) => (septetsOf(char) === undefined ? '?' : char)).join('');
