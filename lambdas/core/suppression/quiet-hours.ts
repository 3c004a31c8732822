import type { Recipient } from '../recipient/recipient.ts';
import { DAY, HOUR, MINUTE } from '../time.ts';

type QuietHours = NonNullable<Recipient['quietHours']>;

const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;

/** What a clock on the wall shows, written as if it were UTC: epoch ms that only mean a date and a time of day. */
type WallTime = number;

/**
 * Until when the recipient's quiet hours last, if they are quiet now. `days` are those on which they begin. Times of day
 * are those of the wall clock in the zone, whatever it does: a time that is skipped comes when the clock has jumped over
 * it; of a time that comes twice the earlier one begins the quiet and the later one ends it.
 * @param now epoch ms
 * @returns epoch ms, later than `now`
 */
export function quietUntil({ from, to, days }: QuietHours, timezone: string, now: number): number | undefined {
  const today = Math.floor(wallTime(timezone, now) / DAY) * DAY;
  const ends = [today - DAY, today].flatMap((date) => {
    const weekday = WEEKDAYS[new Date(date).getUTCDay()];
    if (days && weekday && !days.includes(weekday)) return [];
    const [begins, stops] = [date + timeOfDay(from), date + timeOfDay(to)];
    const start = moments(timezone, begins)[0];
    // Over midnight where they end at an earlier time of day than they began.
    const end = moments(timezone, stops > begins ? stops : stops + DAY)[1];
    return start <= now && now < end ? [end] : [];
  });
  return ends.length > 0 ? Math.max(...ends) : undefined;
}

function timeOfDay(text: string): number {
  const [hours = 0, minutes = 0] = text.split(':').map(Number);
  return hours * HOUR + minutes * MINUTE;
}

/** Making one takes longer than using it a thousand times. */
const formats = new Map<string, Intl.DateTimeFormat>();

export function wallTime(timezone: string, at: number): WallTime {
  let format = formats.get(timezone);
  if (!format) {
    const fields = { year: 'numeric', month: 'numeric', day: 'numeric' } as const;
    const time = { hour: 'numeric', minute: 'numeric', second: 'numeric', hourCycle: 'h23' } as const;
    format = new Intl.DateTimeFormat('en-US', { timeZone: timezone, calendar: 'gregory', ...fields, ...time });
    formats.set(timezone, format);
  }
  const shown = new Map(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  const part = (name: Intl.DateTimeFormatPartTypes) => shown.get(name) ?? 0;
  const second = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
  return second + (((at % 1_000) + 1_000) % 1_000);
}

/** The first and the last moment at which the clock shows that time; when it never does, the moment it jumps over it. */
function moments(timezone: string, wall: WallTime): [first: number, last: number] {
  // Zones change their offset at most once in two days; the offsets around are those before and after.
  const offsets = [wall - DAY, wall + DAY].map((at) => wallTime(timezone, at) - at);
  const found = offsets.map((offset) => wall - offset).filter((at) => wallTime(timezone, at) === wall);
  if (found.length > 0) return [Math.min(...found), Math.max(...found)];
  const jump = jumpOver(timezone, wall);
  return [jump, jump];
}

function jumpOver(timezone: string, wall: WallTime): number {
  let [before, after] = [wall - DAY, wall + DAY];
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (wallTime(timezone, middle) < wall) before = middle;
    else after = middle;
  }
  return after;
}
