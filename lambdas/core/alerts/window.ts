/**
 * How alerts of one cause are grouped: the first goes out at once and opens a window; what follows is counted and goes
 * out together when the window is over, which opens the next one. So operations hears of a cause at once, and then once
 * every 5 minutes at most (docs/spec/delivery.md#exhausted-attempts). Decisions only; who acts is
 * lambdas/alerts/group.ts.
 */
import type { Priority } from '../page/page.ts';
import type { OperationsAlert } from './alert.ts';

export type AlertGroup = Pick<OperationsAlert, 'kind' | 'cause'>;

/** What one alert is about. */
export type AlertSubject = Pick<OperationsAlert, 'pageId' | 'incidentId' | 'recipientId'>;

/** Alerts that go out together. */
export interface AlertTally {
  /** When the first of them came, epoch ms. */
  since: number;
  counts: Partial<Record<Priority, number>>;
  /** The first of them, for somebody to begin with. */
  subjects: AlertSubject[];
}

export interface AlertWindow {
  /** Raised by every change; a write is conditional on it. */
  version: number;
  /** Epoch ms. Names the window too. */
  start: number;
  until: number;
  /** What opened it: an alert's key, or `over <start>` of the window before. */
  openedBy: string;
  /** What had to be told when it opened, and whether it has been. */
  opening: AlertTally;
  told: boolean;
  /** What has come since, to be told when it is over. */
  waiting?: AlertTally;
  /** Nothing came: the next alert goes out at once. */
  over?: true;
}

/** What to do about a message; `save` writes the window, `open` writes it and tells its opening, `tell` only tells. */
export type AlertStep = { do: 'nothing' } | { do: 'save' | 'open' | 'tell'; window: AlertWindow };

/** So many are named; the others are counted. */
export const NAMED = 10;
const NOTHING: AlertStep = { do: 'nothing' };

/** When something is decided, and the least time between two messages about one cause. */
export interface Moment {
  now: number;
  every: number;
  /** The message has been received before: whoever had it may have died before anybody was told. */
  again: boolean;
}

/** An alert has come. A second copy of one that is named in its window changes nothing. */
export function onAlert(
  window: AlertWindow | undefined,
  alert: Omit<OperationsAlert, 'kind' | 'cause'>,
  { now, every, again }: Moment,
): AlertStep {
  const key = keyOf(alert);
  if (!window || window.over || now >= window.until) {
    // Its closing message is late, or lost: then the alerts that waited for it go out with this one.
    const tally = add(window && untold(window), alert, now);
    return { do: 'open', window: open(window, key, tally, now, every) };
  }
  if (names(window.opening, key)) return retold(window, key, again);
  if (window.waiting && names(window.waiting, key)) return NOTHING;
  const waiting = add(window.waiting, alert, now);
  return { do: 'save', window: { ...window, version: window.version + 1, waiting } };
}

/** The window that began at `start` is over. */
export function onOver(window: AlertWindow | undefined, start: number, { now, every, again }: Moment): AlertStep {
  const key = `over ${start}`;
  if (window?.openedBy === key) return retold(window, key, again);
  if (!window || window.start !== start || window.over) return NOTHING;
  const rest = untold(window);
  return rest
    ? { do: 'open', window: open(window, key, rest, now, every) }
    : { do: 'save', window: { ...window, version: window.version + 1, over: true } };
}

/** The message that opened the window has come again. The first time another copy may be telling right now. */
const retold = (window: AlertWindow, key: string, again: boolean): AlertStep =>
  again && window.openedBy === key && !window.told ? { do: 'tell', window } : NOTHING;

/** Its opening has been told. */
export const told = (window: AlertWindow): AlertWindow => ({ ...window, version: window.version + 1, told: true });

function open(
  before: AlertWindow | undefined,
  openedBy: string,
  opening: AlertTally,
  now: number,
  every: number,
): AlertWindow {
  // A window is known by its start, so no two of a group may have the same.
  const start = Math.max(now, (before?.start ?? 0) + 1);
  return { version: (before?.version ?? 0) + 1, start, until: start + every, openedBy, opening, told: false };
}

/** Everything of the window that nobody has been told yet. */
function untold({ opening, told: done, waiting }: AlertWindow): AlertTally | undefined {
  if (done || !waiting) return done ? waiting : opening;
  const counts = { ...opening.counts };
  for (const [priority, n] of Object.entries(waiting.counts) as [Priority, number][]) {
    counts[priority] = (counts[priority] ?? 0) + n;
  }
  return { since: opening.since, counts, subjects: [...opening.subjects, ...waiting.subjects].slice(0, NAMED) };
}

function add(tally: AlertTally | undefined, alert: Omit<OperationsAlert, 'kind' | 'cause'>, now: number): AlertTally {
  if (tally && names(tally, keyOf(alert))) return tally;
  const { priority, pageId, incidentId, recipientId } = alert;
  const subject = { ...(pageId !== undefined && { pageId }), incidentId, recipientId };
  return {
    since: tally?.since ?? now,
    counts: { ...tally?.counts, [priority]: (tally?.counts[priority] ?? 0) + 1 },
    subjects: [...(tally?.subjects ?? []), subject].slice(0, NAMED),
  };
}

/** Pages may be told of more than once: by two workers that saw the same end, or by one that had to begin again. */
const keyOf = ({ pageId, incidentId, recipientId }: AlertSubject): string =>
  `${pageId ?? 'refused'} ${incidentId} ${recipientId}`;
const names = ({ subjects }: AlertTally, key: string): boolean => subjects.some((one) => keyOf(one) === key);

export const totalOf = ({ counts }: AlertTally): number => Object.values(counts).reduce((sum, n) => sum + n, 0);
