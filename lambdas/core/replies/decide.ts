import type { AnswerAction } from '../page/answer.ts';
import { isAlarm } from '../page/kind.ts';
import type { Page } from '../page/page.ts';
import { isOpen } from '../page/status.ts';
import { FIXED } from '../rules.ts';
import { isChatter, type Target } from './command.ts';

/** The pages of one incident on one phone. The first is the one whose code is shown. */
export type Answerable = [Page, ...Page[]];

export type Decision =
  /** Answer these pages, incident by incident. */
  | { do: 'answer'; incidents: Answerable[] }
  /** Nothing to do: it was answered before. */
  | { do: 'already'; page: Page }
  /** More than one could be meant, or the code is unknown: nothing changes, the answer lists them. */
  | { do: 'list'; incidents: Answerable[]; unknown?: string }
  /** `latest` is what was answered last, which is what the person will have meant. */
  | { do: 'nothing-open'; latest?: Page }
  /** Not an answer after all. */
  | { do: 'nonsense'; incidents: Answerable[] };

/**
 * What a text answers (docs/spec/replies.md#answering). A code names its incident; without one there must be exactly
 * one incident open on that phone.
 * @param pages all pages of the last 7 days whose code is on this phone, and of no other phone
 * @param now epoch ms
 */
export function decideAnswer(pages: readonly Page[], action: AnswerAction, target: Target, now: number): Decision {
  const waiting = byIncident(waitingPages(pages, action, now));
  switch (target.which) {
    case 'code': {
      const named = alarmOf(pages, target.code);
      if (named) return answerOf(named, action);
      if (target.alone) return { do: 'nonsense', incidents: waiting };
      if (isChatter(target.code)) return onlyOne(pages, waiting, action);
      return waiting.length === 0 ? nothing(pages, action) : { do: 'list', incidents: waiting, unknown: target.code };
    }
    case 'unclear':
      return { do: 'nonsense', incidents: waiting };
    case 'all':
      return waiting.length === 0 ? nothing(pages, action) : { do: 'answer', incidents: waiting };
    case 'only': {
      // A code behind other words is meant where it is one: `ack for 7K3` must not answer another incident.
      const mentioned = new Set((target.mentions ?? []).flatMap((code) => alarmOf(pages, code) ?? []));
      const [named] = mentioned;
      return named && mentioned.size === 1 ? answerOf(named, action) : onlyOne(pages, waiting, action);
    }
  }
}

const alarmOf = (pages: readonly Page[], wanted: string): Page | undefined =>
  pages.find((page) => page.code === wanted && isAlarm(page));

const answerOf = (page: Page, action: AnswerAction): Decision =>
  isDone(page, action) ? { do: 'already', page } : { do: 'answer', incidents: [[page]] };

function onlyOne(pages: readonly Page[], waiting: Answerable[], action: AnswerAction): Decision {
  if (waiting.length === 0) return nothing(pages, action);
  return waiting.length === 1 ? { do: 'answer', incidents: waiting } : { do: 'list', incidents: waiting };
}

/** Resolving outranks acknowledging. */
const isDone = (page: Page, action: AnswerAction): boolean =>
  page.resolved !== undefined || (action === 'acknowledge' && page.acknowledged !== undefined);

/**
 * Which pages a text without a code may mean: those that need an answer, and whatever came within the last hour, since
 * the person may well mean that one. If there are none, all that can still be answered: an acknowledgement of an
 * exhausted page counts, however late.
 */
function waitingPages(pages: readonly Page[], action: AnswerAction, now: number): Page[] {
  const undone = pages.filter((page) => isAlarm(page) && !isDone(page, action));
  const pressing = undone.filter(
    (page) =>
      page.acknowledged !== undefined ||
      (isOpen(page, now) && page.requireAck) ||
      now - page.createdAt < FIXED.bareAnswerWindow,
  );
  return pressing.length > 0 ? pressing : undone;
}

/** With nothing open, whoever answered the latest incident is worth telling. */
function nothing(pages: readonly Page[], action: AnswerAction): Decision {
  const [latest] = newestFirst(pages.filter((page) => isAlarm(page) && isDone(page, action)));
  return latest ? { do: 'nothing-open', latest } : { do: 'nothing-open' };
}

const newestFirst = (pages: readonly Page[]): Page[] => pages.toSorted((a, b) => b.createdAt - a.createdAt);

/** Newest first, each incident once, under the code that was sent last. */
function byIncident(pages: readonly Page[]): Answerable[] {
  const groups = new Map<string, Answerable>();
  for (const page of newestFirst(pages)) {
    const group = groups.get(page.incident.id);
    if (group) group.push(page);
    else groups.set(page.incident.id, [page]);
  }
  return [...groups.values()];
}
