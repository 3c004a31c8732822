/** What `/oncall …` means, and which pages it means. */

import type { AnswerAction } from '../page/answer.ts';
import { asksForAnswer } from '../page/kind.ts';
import type { Page } from '../page/page.ts';
import { isOpen, pageStatus } from '../page/status.ts';
import { parseCommand, type Target } from './command.ts';
import { type Answerable, type Decision, decideAnswer } from './decide.ts';

export type SlackCommand =
  /** `words` is what stood behind the verb: perhaps the id of an incident. */
  { kind: 'answer'; action: AnswerAction; target: Target; words: string } | { kind: 'list' } | { kind: 'help' };

const LIST = new Set(['list', 'ls', 'open', 'status']);

/**
 * Reads what stands behind the command: `ack`, `ack 7K3`, `ack INC-1042`, `resolve all`, `7K3`, `list`, as freely as a
 * text is read (`parseCommand`). What it cannot read, and nothing at all, is a question for help. Never throws.
 */
export function parseSlackCommand(text: string): SlackCommand {
  const [verb = '', ...rest] = text.trim().split(/\s+/);
  if (LIST.has(verb.toLowerCase()) && rest.length === 0) return { kind: 'list' };
  const words = rest.join(' ');
  const command = parseCommand(text);
  if (command.kind === 'answer') {
    const { action, target } = command;
    // What a text would ignore may name an incident here, and then no other one is meant.
    const isNamed = target.which === 'only' && words !== '';
    return { kind: 'answer', action, target: isNamed ? { which: 'unclear' } : target, words };
  }
  // A verb with something behind it that cannot be a code: `ack "Ünïcode id"`.
  const alone = parseCommand(verb);
  if (alone.kind !== 'answer' || alone.target.which !== 'only') return { kind: 'help' };
  return { kind: 'answer', action: alone.action, target: { which: 'unclear' }, words };
}

/**
 * What the command answers. As for a text (`decideAnswer`), and by the incident's id besides: a person without a phone
 * has pages without codes.
 * @param pages the person's pages of the last 7 days, in any order
 * @param now epoch ms
 */
export function decideSlackAnswer(
  pages: readonly Page[],
  { action, target, words }: Extract<SlackCommand, { kind: 'answer' }>,
  now: number,
): Decision {
  const named = incidentNamed(pages.filter(asksForAnswer), words);
  const isCode = target.which === 'code' && pages.some(({ code }) => code === target.code);
  if (named.length === 0 || isCode) return decideAnswer(pages, action, target, now);
  const decision = decideAnswer(named, action, { which: 'all' }, now);
  return decision.do === 'nothing-open' && decision.latest ? { do: 'already', page: decision.latest } : decision;
}

/** Quotes and emphasis around an id that was copied from a message. */
const AROUND = /^[#"'“”‘’«»`*_~]+|["'“”‘’«»`*_~]+$/g;

/** The pages of the incident with this id, as it was written or without what stands around it. */
function incidentNamed(pages: readonly Page[], words: string): Page[] {
  for (const wanted of [words, words.replace(AROUND, '')].map(comparable)) {
    const named = wanted === '' ? [] : pages.filter(({ incident }) => comparable(incident.id) === wanted);
    if (named.length > 0) return named;
  }
  return [];
}

/** Ids are compared in NFC (docs/spec/api.md#dispatch), since keyboards differ, and without regard to case. */
const comparable = (id: string): string => id.normalize('NFC').toLowerCase();

/**
 * What `list` shows: every incident that nobody has resolved and that still wants somebody, newest first; the page that
 * was answered stands for its incident, because it says who has it.
 * @param now epoch ms
 */
export function openIncidents(pages: readonly Page[], now: number): Answerable[] {
  const open = pages
    .filter((page) => asksForAnswer(page) && !page.resolved && (page.acknowledged || wantsSomebody(page, now)))
    .toSorted((a, b) => Number(!a.acknowledged) - Number(!b.acknowledged) || b.createdAt - a.createdAt);
  const groups = new Map<string, Answerable>();
  for (const page of open) {
    const group = groups.get(page.incident.id);
    if (group) group.push(page);
    else groups.set(page.incident.id, [page]);
  }
  return [...groups.values()].sort(([a], [b]) => b.createdAt - a.createdAt);
}

/** A page that needs no answer has done its work once it is closed, unless it failed. */
const wantsSomebody = (page: Page, now: number): boolean =>
  page.requireAck || isOpen(page, now) || pageStatus(page) === 'FAILED';
