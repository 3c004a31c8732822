import type { AnswerAction } from '../page/answer.ts';
import type { Answer, Page } from '../page/page.ts';
import type { Answerable } from '../replies/decide.ts';
import { segments } from '../sms/segments.ts';
import { flatten, transliterate } from '../sms/transliterate.ts';
import { MINUTE } from '../time.ts';
import { graphemesOf } from './text.ts';
import { type Phrase, say, type Wording } from './wording.ts';

/**
 * What a text is answered with, in the words of whom it is sent to. Each fits one segment where the ids in it allow. The
 * verbs ACK, RESOLVE and ALL are the same in every language.
 */

const clean = (text: string): string => flatten(transliterate(text));
const fits = (text: string): boolean => segments(text).count <= 1;
const nameOf = ({ incident }: Page): string => `${clean(incident.id)} ${clean(incident.service)}`;
const sentence = <P extends Phrase>(...args: Parameters<typeof say<P>>): string => clean(say<P>(...args));

/** `INC-1042 acknowledged. payments-api: High error rate. Reply RESOLVE 7K3 when it is over.` */
export function confirmation(action: AnswerAction, done: readonly Page[], w: Wording): string {
  const [page, ...more] = done;
  if (!page) return nothingOpen(undefined, 0, w);
  if (more.length > 0) {
    const ids = done.map(({ incident }) => clean(incident.id));
    const phrase = action === 'resolve' ? 'replyManyResolved' : 'replyManyAcknowledged';
    return shortened(ids, w, (list) => sentence(w, phrase, { count: done.length, list }));
  }
  const phrase = action === 'resolve' ? 'replyResolved' : 'replyAcknowledged';
  const [id, service] = [clean(page.incident.id), clean(page.incident.service)];
  const over =
    action === 'acknowledge' && page.code
      ? ` ${sentence(w, 'replyWhenOver', { command: `RESOLVE ${page.code}` })}`
      : '';
  return titled(clean(page.incident.title), over, (title) => sentence(w, phrase, { id, service, title }));
}

/** `INC-1042 was already acknowledged by Bob 5 min ago. Nothing changed.` */
export const alreadyDone = (page: Page, now: number, w: Wording): string =>
  answered(page, now, w, page.resolved ? 'replyAlreadyResolved' : 'replyAlreadyAcknowledged');

/** `Nothing is open on this phone. INC-1042 was acknowledged by Bob 5 min ago.` */
export function nothingOpen(latest: Page | undefined, now: number, w: Wording): string {
  const nothing = sentence(w, 'replyNothingOpen');
  if (!latest) return nothing;
  return `${nothing} ${answered(latest, now, w, latest.resolved ? 'replyWasResolved' : 'replyWasAcknowledged')}`;
}

/** Codes of what is open, and how to answer one or all of them. Nothing was changed. */
export function openList(incidents: readonly Answerable[], action: AnswerAction, w: Wording, unknown?: string): string {
  const verb = action === 'acknowledge' ? 'ACK' : 'RESOLVE';
  const count = incidents.length;
  const command = `${verb} ${incidents[0]?.[0].code ?? ''}`;
  const how =
    count > 1 ? sentence(w, 'replyHowAll', { command, all: `${verb} ALL` }) : sentence(w, 'replyHow', { command });
  const lead = unknown === undefined ? '' : `${sentence(w, 'replyNoCode', { code: unknown })} `;
  const items = incidents.map(([page]) => `${page.code ?? ''} ${nameOf(page)}`);
  const [one, many] =
    action === 'resolve'
      ? (['replyUnresolvedOne', 'replyUnresolvedMany'] as const)
      : (['replyOpenOne', 'replyOpenMany'] as const);
  const open = (list: string) => sentence(w, count === 1 ? one : many, { count, list });
  return shortened(items, w, (list) => `${lead}${open(list)} ${how}`);
}

/** For a text that asks for an end in words that no provider takes for an opt-out. */
export const howToStop = (w: Wording): string => sentence(w, 'replyHowToStop');

/** The one help text for what we cannot read. */
export const helpText = (w: Wording): string => sentence(w, 'replyHelp');

type AnsweredPhrase = Extract<Phrase, `reply${'Already' | 'Was'}${'Acknowledged' | 'Resolved'}`>;

/** Who has it; the resolution if there is one. */
function answered(page: Page, now: number, w: Wording, phrase: AnsweredPhrase): string {
  const by = page.resolved ?? page.acknowledged;
  const name = clean(by?.by ?? say(w, 'somebody'));
  return sentence(w, phrase, { id: clean(page.incident.id), name, age: ageOf(by, now, w) });
}

/** Times of day need a time zone, and ages do not. */
function ageOf(by: Answer | undefined, now: number, w: Wording): string {
  const minutes = Math.floor((now - (by?.at ?? now)) / MINUTE);
  if (minutes < 1) return say(w, 'justNow');
  if (minutes < 120) return say(w, 'agoMinutes', { count: minutes });
  if (minutes < 48 * 60) return say(w, 'agoHours', { count: Math.floor(minutes / 60) });
  return say(w, 'agoDays', { count: Math.floor(minutes / 1440) });
}

/** As many items as fit, and how many more there are. */
function shortened(items: readonly string[], w: Wording, around: (list: string) => string): string {
  const listed = (shown: number) =>
    [...items.slice(0, shown), ...(shown < items.length ? [say(w, 'more', { count: items.length - shown })] : [])].join(
      ', ',
    );
  for (let shown = items.length; shown > 1; shown--) {
    const text = around(listed(shown));
    if (fits(text)) return text;
  }
  return around(listed(1));
}

/** The title whole, or cut with `...`, or left out where not even its start has room. */
function titled(title: string, tail: string, around: (title: string) => string): string {
  const whole = `${around(title)}${/[.!?]$/.test(title) ? '' : '.'}${tail}`;
  if (title !== '' && fits(whole)) return whole;
  const characters = graphemesOf(title);
  for (let length = characters.length - 1; length > 0; length--) {
    const text = `${around(`${characters.slice(0, length).join('').trimEnd()}...`)}${tail}`;
    if (fits(text)) return text;
  }
  return `${around('').replace(/[\s:]+$/, '.')}${tail}`;
}
