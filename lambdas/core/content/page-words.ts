/** What every channel says of a page, before it is laid out and escaped. */

import { type Answer, type Page, PRIORITIES, type Priority } from '../page/page.ts';
import { timeZoneRefusal } from '../recipient/timezone.ts';
import { MINUTE } from '../time.ts';
import { isOneOf } from '../versions.ts';
import { cut, oneLine, webUrl } from './text.ts';
import { type Phrase, say, type Wording } from './wording.ts';

export interface ContentOptions {
  wording: Wording;
  /** IANA name of the reader's time zone; absent or unknown is UTC. */
  timezone?: string | undefined;
  /** When the page was due, epoch ms, if it goes out too late for a person to take that for granted. */
  late?: number | undefined;
}

/** Where the buttons lead. What is absent, or not an address of the web, has no button. */
export interface Links {
  acknowledge?: string | undefined;
  resolve?: string | undefined;
}

/**
 * A URL may be 2000 long, and these no longer than their channel can show. Ids and services are 64 by
 * docs/spec/api.md#ids.
 */
const BOUNDS = { name: 100, title: 300 } as const;

export const idOf = ({ incident }: Page): string => cut(oneLine(incident.id), BOUNDS.name);
export const serviceOf = ({ incident }: Page): string => cut(oneLine(incident.service), BOUNDS.name);
export const titleOf = ({ incident }: Page): string => cut(oneLine(incident.title), BOUNDS.title);

/** Tags are the same in every language: filters and eyes look for them (docs/spec/delivery.md#texts). */
export function tagOf({ type, incident, escalationLevel, test }: Page): string {
  if (test) return '[TEST]';
  if (type === 'acknowledgment') return '[ACKNOWLEDGED]';
  if (type === 'resolution') return '[RESOLVED]';
  // An escalation that names no level is one to the next person, which is level 1.
  const level = type === 'escalation' ? `[ESC-L${Math.max(escalationLevel, 1)}]` : '';
  return `${level}[${incident.priority}]`;
}

/** `[CRITICAL] payments-api: High error rate` */
export const headlineOf = (page: Page): string => `${tagOf(page)} ${serviceOf(page)}: ${titleOf(page)}`;

const KINDS = { CRITICAL: 'critical', HIGH: 'high', MEDIUM: 'medium', LOW: 'low' } as const satisfies Record<
  Priority,
  Phrase
>;
const PRIORITY = {
  CRITICAL: 'priorityCritical',
  HIGH: 'priorityHigh',
  MEDIUM: 'priorityMedium',
  LOW: 'priorityLow',
} as const satisfies Record<Priority, Phrase>;

const priorityText = (priority: Priority, wording: Wording): string =>
  isOneOf(PRIORITIES, priority) ? say(wording, PRIORITY[priority]) : priority;

/** `Critical incident`, `Incident resolved` */
export function kindOf({ type, incident }: Page, wording: Wording): string {
  if (type === 'acknowledgment') return say(wording, 'acknowledgedIncident');
  if (type === 'resolution') return say(wording, 'resolvedIncident');
  // A priority of a newer version has no words yet (ADR 18): its tag tells it.
  return isOneOf(PRIORITIES, incident.priority) ? say(wording, KINDS[incident.priority]) : say(wording, 'incident');
}

/** What to know before anything else: a test, an escalation, who has it, and that it comes late. */
export function noticesOf(page: Page, { wording, timezone, late }: ContentOptions): string[] {
  const { test, type, escalationLevel } = page;
  const [answer, by] = [answerOf(page), answeredBy(page, wording)];
  return [
    ...(test ? [say(wording, 'test')] : []),
    ...(type === 'escalation' ? [say(wording, 'escalated', { level: Math.max(escalationLevel, 1) })] : []),
    ...(answer ? [`${by}, ${whenText(answer.at, wording, timezone)}.`] : []),
    ...(late === undefined ? [] : [say(wording, 'late', { time: whenText(late, wording, timezone) })]),
  ];
}

/** The resolution if there is one, else the acknowledgement. */
export const answerOf = ({ acknowledged, resolved }: Page): Answer | undefined => resolved ?? acknowledged;

/** `Acknowledged by Alice`; empty when nobody has answered. */
export function answeredBy(page: Page, wording: Wording): string {
  const answer = answerOf(page);
  return answer ? say(wording, page.resolved ? 'resolvedBy' : 'acknowledgedBy', { name: nameOf(answer, wording) }) : '';
}
export const nameOf = ({ by }: Answer, wording: Wording): string => cut(oneLine(by), 80) || say(wording, 'somebody');

export interface Fact {
  label: string;
  value: string;
  /** Where the value leads, for channels that can link. */
  url?: string;
  /** The moment the value names, epoch ms, for channels that show times in the reader's zone by themselves. */
  at?: number;
}

/** What a responder looks for first, in that order. */
export function factsOf(page: Page, { wording, timezone }: ContentOptions): Fact[] {
  const { incident } = page;
  const [url, at, team] = [webUrl(incident.url), triggeredAt(page), oneLine(incident.team?.name ?? '')];
  return [
    { label: say(wording, 'service'), value: serviceOf(page) },
    { label: say(wording, 'priority'), value: priorityText(incident.priority, wording) },
    { label: say(wording, 'incident'), value: idOf(page), ...(url !== undefined && { url }) },
    { label: say(wording, 'triggered'), value: whenText(at, wording, timezone), at },
    ...(team === '' ? [] : [{ label: say(wording, 'team'), value: cut(team, BOUNDS.name) }]),
    ...(incident.alertCount === undefined ? [] : [{ label: say(wording, 'alerts'), value: `${incident.alertCount}` }]),
  ];
}

/** When the incident began, epoch ms: what the caller says of it, or when we were told. */
export function triggeredAt({ incident, createdAt }: Page): number {
  const given = Date.parse(incident.triggeredAt ?? '');
  return Number.isNaN(given) ? createdAt : given;
}

/**
 * `22 Nov 2026, 11:00 (Europe/Berlin)`: the zone by its name, which unlike an abbreviation means one thing, and as it
 * was given, because Intl's own name for it may be another (`Europe/Kiev`). What is no zone any more is shown in UTC.
 */
export function whenText(at: number, wording: Wording, timezone: string | undefined): string {
  const zone = timezone === undefined || timeZoneRefusal(timezone) !== undefined ? 'UTC' : timezone;
  const format = new Intl.DateTimeFormat(wording.locale, {
    timeZone: zone,
    dateStyle: 'medium',
    timeStyle: 'short',
    hourCycle: 'h23',
  });
  return `${oneLine(format.format(at))} ${zone.toUpperCase() === 'UTC' ? 'UTC' : `(${zone})`}`;
}

/**
 * `5 minutes ago`, for what is read or heard at once: in whole minutes below 2 hours, hours below 2 days, else days.
 */
export function ageText(at: number, wording: Wording, now: number): string {
  const minutes = Math.floor((now - at) / MINUTE);
  if (minutes < 1) return say(wording, 'justNow');
  const ago = new Intl.RelativeTimeFormat(wording.locale);
  if (minutes < 120) return oneLine(ago.format(-minutes, 'minute'));
  if (minutes < 48 * 60) return oneLine(ago.format(-Math.floor(minutes / 60), 'hour'));
  return oneLine(ago.format(-Math.floor(minutes / 1440), 'day'));
}
