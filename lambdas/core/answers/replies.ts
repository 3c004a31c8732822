import type { AnswerAction } from '../page/answer.ts';
import type { Answer, Page } from '../page/page.ts';
import { segments } from '../sms/segments.ts';
import { flatten, transliterate } from '../sms/transliterate.ts';
import type { Answerable } from './decide.ts';

/** What a text is answered with. Each fits one segment where the ids in it allow. */

const WORD = { acknowledge: 'acknowledged', resolve: 'resolved' } as const;
const clean = (text: string): string => flatten(transliterate(text));
const fits = (text: string): boolean => segments(text).count <= 1;
const nameOf = ({ incident }: Page): string => `${clean(incident.id)} ${clean(incident.service)}`;
const plural = (n: number): string => (n === 1 ? '1 incident is' : `${n} incidents are`);

/** `INC-1042 acknowledged. payments-api: High error rate. Reply RESOLVE 7K3 when it is over.` */
export function confirmation(action: AnswerAction, done: readonly Page[]): string {
  const [page, ...more] = done;
  if (!page) return nothingOpen(undefined, 0);
  if (more.length > 0) {
    const ids = done.map(({ incident }) => clean(incident.id));
    return shortened(`${done.length} incidents ${WORD[action]}: `, ids, ', ', '.');
  }
  const head = `${clean(page.incident.id)} ${WORD[action]}. ${clean(page.incident.service)}: `;
  const over = action === 'acknowledge' && page.code ? ` Reply RESOLVE ${page.code} when it is over.` : '';
  return titled(head, clean(page.incident.title), over);
}

/** `INC-1042 was already acknowledged by Bob 5 min ago. Nothing changed.` */
export const alreadyDone = (page: Page, now: number): string => `${answered(page, now, 'already ')} Nothing changed.`;

/** `Nothing is open on this phone. INC-1042 was acknowledged by Bob 5 min ago.` */
export const nothingOpen = (latest: Page | undefined, now: number): string =>
  `Nothing is open on this phone.${latest ? ` ${answered(latest, now)}` : ''}`;

/** Codes of what is open, and how to answer one or all of them. Nothing was changed. */
export function openList(incidents: readonly Answerable[], action: AnswerAction, unknown?: string): string {
  const verb = action === 'acknowledge' ? 'ACK' : 'RESOLVE';
  const all = incidents.length > 1 ? ` or ${verb} ALL` : '';
  const how = `. Reply ${verb} ${incidents[0]?.[0].code ?? ''}${all}.`;
  const lead = unknown === undefined ? '' : `No ${unknown} here. `;
  const items = incidents.map(([page]) => `${page.code ?? ''} ${nameOf(page)}`);
  const state = action === 'resolve' ? 'not resolved' : 'open';
  return shortened(`${lead}${plural(incidents.length)} ${state}: `, items, ', ', how);
}

/** The one help text for what we cannot read. */
export const HELP_TEXT =
  'Lifeline understands ACK and RESOLVE, with the code of a text (ACK 7K3) or ALL. This number is not read by people.';

/** Who has it; the resolution if there is one. */
function answered(page: Page, now: number, already = ''): string {
  const { resolved, acknowledged } = page;
  const by = resolved ?? acknowledged;
  const word = resolved ? WORD.resolve : WORD.acknowledge;
  return `${clean(page.incident.id)} was ${already}${word} by ${clean(by?.by ?? 'somebody')}${ago(by, now)}.`;
}

/** Times of day need a time zone, and ages do not. */
function ago(by: Answer | undefined, now: number): string {
  const minutes = Math.floor((now - (by?.at ?? now)) / 60_000);
  if (minutes < 1) return ' just now';
  if (minutes < 120) return ` ${minutes} min ago`;
  return minutes < 48 * 60 ? ` ${Math.floor(minutes / 60)} h ago` : ` ${Math.floor(minutes / 1440)} days ago`;
}

/** As many items as fit, and how many more there are. */
function shortened(head: string, items: readonly string[], between: string, tail: string): string {
  for (let shown = items.length; shown > 1; shown--) {
    const more = shown < items.length ? `${between}+${items.length - shown} more` : '';
    const text = `${head}${items.slice(0, shown).join(between)}${more}${tail}`;
    if (fits(text)) return text;
  }
  const more = items.length > 1 ? `${between}+${items.length - 1} more` : '';
  return `${head}${items[0] ?? ''}${more}${tail}`;
}

/** The title whole, or cut with `...`, or left out where not even its start has room. */
function titled(head: string, title: string, tail: string): string {
  const whole = `${head}${title}${/[.!?]$/.test(title) ? '' : '.'}${tail}`;
  if (fits(whole)) return whole;
  const characters = Array.from(new Intl.Segmenter('en').segment(title), (part) => part.segment);
  for (let length = characters.length - 1; length > 0; length--) {
    const text = `${head}${characters.slice(0, length).join('').trimEnd()}...${tail}`;
    if (fits(text)) return text;
  }
  return `${head.replace(/: $/, '.')}${tail}`;
}
