import type { OperationsAlert } from '../alerts/alert.ts';
import {
  type AlertGroup,
  type AlertSubject,
  type AlertTally,
  type AlertWindow,
  NAMED,
  totalOf,
} from '../alerts/window.ts';
import { madeIncidentId } from '../page/ids.ts';
import { PRIORITIES, type Priority } from '../page/page.ts';
import { maskPhones } from '../recipient/mask.ts';
import { cut, oneLine } from './text.ts';

/** Alerts that go out together, in words; English, as the runbook is. */
export interface Notice {
  /** ≤ 64, as every incident id; one for each window. */
  incidentId: string;
  /** Of what pages the operations recipients. */
  priority: Priority;
  title: string;
  /** For a mail: ASCII, one line. */
  subject: string;
  text: string;
}

/** What happened to pages, and the section of docs/runbook.md that says what to do. */
const KINDS: Record<OperationsAlert['kind'], { happened: string; section: string }> = {
  FAILED: { happened: 'failed on every channel', section: 'pages-failed' },
  PERMANENT: { happened: 'failed by e-mail and by text', section: 'pages-failed-by-e-mail-and-text' },
  EXHAUSTED: { happened: 'stayed unanswered to the end', section: 'pages-exhausted' },
  NO_USABLE_CHANNEL: { happened: 'refused: no channel reaches the recipient', section: 'api-no-usable-channel' },
  NOT_PASSED_ON: { happened: 'could not be passed on', section: 'pages-not-passed-on' },
  CONTACT_BROKEN: { happened: 'no longer taking messages', section: 'contact-points-broken' },
};

/** SNS takes less than 100 characters (API reference, Publish, "Subject"). */
const SUBJECT_MAX = 99;
const MAX = { title: 200, cause: 60 };

/** What a window that opens has to tell. `publicBaseUrl` is what links to pages begin with. */
export function noticeOf({ kind, cause }: AlertGroup, window: AlertWindow, publicBaseUrl: string): Notice {
  const { opening, start } = window;
  const { happened, section } = KINDS[kind];
  const total = totalOf(opening);
  const why = cut(oneLine(cause), MAX.cause);
  const [only] = total === 1 ? opening.subjects : [];
  // Whoever gets it as a text has nothing but this line.
  const what = kind === 'CONTACT_BROKEN' ? contactsOf(only, total) : pagesOf(only, total);
  const title = cut(`${what} ${happened} (${why})`, MAX.title);
  return {
    incidentId: incidentIdOf(kind, cause, start),
    priority: priorityOf(kind, opening),
    title,
    subject: cut(`Lifeline: ${title}`.replace(/[^\x20-\x7e]/g, '?'), SUBJECT_MAX, '...'),
    text: [
      `${title}, since ${new Date(opening.since).toISOString()}: ${countsOf(opening)}.`,
      '',
      ...opening.subjects.map((one) => lineOf(one, publicBaseUrl)),
      ...(total > NAMED ? [`and ${total - NAMED} more: GET ${publicBaseUrl}/notifications`] : []),
      '',
      `What to do: docs/runbook.md#${section}`,
      'Of the same cause you hear again in 5 minutes at the earliest, with what has come until then.',
    ].join('\n'),
  };
}

function priorityOf(kind: OperationsAlert['kind'], { counts }: AlertTally): Priority {
  // One address less wants correcting by day: the person's other channels still page them.
  if (kind === 'CONTACT_BROKEN') return 'LOW';
  // Nobody has seen a CRITICAL page: that is as urgent as the page itself was.
  return kind === 'EXHAUSTED' && counts.CRITICAL ? 'CRITICAL' : 'HIGH';
}

const pagesOf = (only: AlertSubject | undefined, total: number): string =>
  only ? `The page about ${aboutOf(only)}` : `${total} pages`;

const contactsOf = (only: AlertSubject | undefined, total: number): string =>
  only ? `A contact point of ${maskPhones(oneLine(only.recipientId))} is` : `${total} contact points are`;

function countsOf({ counts }: AlertTally): string {
  return PRIORITIES.flatMap((priority) => (counts[priority] ? [`${counts[priority]} ${priority}`] : [])).join(', ');
}

/** Ids are their callers' and may be phone numbers. */
const aboutOf = ({ incidentId, recipientId }: AlertSubject): string =>
  maskPhones(`${oneLine(incidentId)} to ${oneLine(recipientId)}`);

const lineOf = (one: AlertSubject, publicBaseUrl: string): string =>
  `- ${aboutOf(one)}${one.pageId === undefined ? '' : `: ${publicBaseUrl}/notifications/${one.pageId}`}`;

/** `lifeline-FAILED-30007-20261122T030000`: one for each window of a cause. */
function incidentIdOf(kind: string, cause: string, start: number): string {
  const second = new Date(start).toISOString().slice(0, 19).replace(/[-:]/g, '');
  return madeIncidentId(`lifeline-${kind}-`, cause, `-${second}`);
}
