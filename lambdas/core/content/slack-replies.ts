/** What `/oncall` is answered with, in Slack's mrkdwn. Only the person who asked sees it. */

import type { AnswerAction } from '../page/answer.ts';
import type { Answer, Page } from '../page/page.ts';
import type { Answerable } from '../replies/decide.ts';
import { MINUTE } from '../time.ts';

const WORD = { acknowledge: 'acknowledged', resolve: 'resolved' } as const;
/** More would be no list to act on; the newest are shown. */
const MAX_LISTED = 20;

/** Slack's three control characters: without this a title could mention a channel or forge a link. */
const escaped = (text: string): string =>
  text.replace(/\s+/g, ' ').replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const idOf = ({ incident }: Page): string => `*${escaped(incident.id)}*`;
const titleOf = ({ incident }: Page): string => `${escaped(incident.service)}: ${escaped(incident.title)}`;

/** @param command as the workspace calls it, e.g. `/oncall` */
export const slackHelp = (command: string): string =>
  [
    `\`${command} ack\` takes on your one open incident, \`${command} ack 7K3\` or \`${command} ack INC-1042\` a certain one, \`${command} ack all\` all of them.`,
    `\`${command} resolve …\` says that it is over.`,
    `\`${command} list\` shows what is open, and who has it.`,
  ].join('\n');

export const slackUnknownUser = (userId: string): string =>
  `Lifeline does not know you. Ask whoever manages recipients to set your \`slackUserId\` to \`${escaped(userId)}\`.`;

/** One line per incident: `[CRITICAL] *INC-1042* payments-api: High error rate · 5 min · 7K3 · Alice has it`. */
export function slackList(incidents: readonly Answerable[], now: number): string {
  if (incidents.length === 0) return 'Nothing is open for you.';
  return shortened(incidents, ([page]) => {
    const { acknowledged: by, code } = page;
    const who = by ? `${escaped(by.by)} has it` : 'nobody has it';
    return [headOf(page), age(page.createdAt, now), ...(code === undefined ? [] : [`\`${code}\``]), who].join(' · ');
  });
}

/** Nothing was changed: more than one could be meant. */
export function slackChoice(
  incidents: readonly Answerable[],
  action: AnswerAction,
  command: string,
  unknown?: string,
): string {
  const verb = action === 'acknowledge' ? 'ack' : 'resolve';
  const state = action === 'acknowledge' ? 'open' : 'not resolved';
  const lead = unknown === undefined ? '' : `There is no \`${escaped(unknown.replaceAll('`', "'"))}\` here. `;
  const count = incidents.length === 1 ? '1 incident is' : `${incidents.length} incidents are`;
  const list = shortened(
    incidents,
    ([page]) => `\`${command} ${verb} ${escaped(page.code ?? page.incident.id)}\`  ${headOf(page)}`,
  );
  return `${lead}Nothing changed: ${count} ${state}.\n${list}`;
}

export const slackDone = (action: AnswerAction, page: Page): string =>
  `${idOf(page)} ${WORD[action]}. ${titleOf(page)}`;

/** `*INC-1042* was already acknowledged by Bob 5 min ago. Nothing changed.` */
export const slackAlready = (page: Page, now: number): string => `${answered(page, now, 'already ')} Nothing changed.`;

/** @param latest what was answered last, which is what the person will have meant */
export const slackNothingOpen = (latest: Page | undefined, now: number): string =>
  `Nothing is open for you.${latest ? ` ${answered(latest, now)}` : ''}`;

const headOf = (page: Page): string => `[${page.incident.priority}] ${idOf(page)} ${titleOf(page)}`;

function answered(page: Page, now: number, already = ''): string {
  const by: Answer | undefined = page.resolved ?? page.acknowledged;
  const word = page.resolved ? WORD.resolve : WORD.acknowledge;
  return `${idOf(page)} was ${already}${word} by ${escaped(by?.by ?? 'somebody')}, ${since(by?.at ?? now, now)}.`;
}

const since = (at: number, now: number): string => (now - at < MINUTE ? 'just now' : `${age(at, now)} ago`);

/** Times of day need a time zone, and ages do not. */
function age(at: number, now: number): string {
  const minutes = Math.max(0, Math.floor((now - at) / MINUTE));
  if (minutes < 120) return `${minutes} min`;
  return minutes < 48 * 60 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / 1440)} days`;
}

function shortened(incidents: readonly Answerable[], line: (incident: Answerable) => string): string {
  const more = incidents.length - MAX_LISTED;
  return [...incidents.slice(0, MAX_LISTED).map(line), ...(more > 0 ? [`and ${more} more`] : [])].join('\n');
}
