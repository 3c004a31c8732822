import * as z from 'zod';
import { PRIORITIES } from '../../core/page/page.ts';
import { DAY } from '../../core/time.ts';
import type { PageStatus } from '../api.gen.ts';
import { decodeCursor, type Listing } from '../cursor.ts';
import { parse } from '../validation.ts';
import { incidentId, recipientId, serviceName, time } from './text.ts';

const DEFAULT_SPAN = 7 * DAY;
const MAX_SPAN = 90 * DAY;

const STATUSES = [
  'ACCEPTED',
  'HELD',
  'IN_PROGRESS',
  'SENT',
  'DELIVERED',
  'ACKNOWLEDGED',
  'RESOLVED',
  'FAILED',
  'EXHAUSTED',
] as const satisfies readonly PageStatus[];

/** What every list takes. */
export const stretch = {
  limit: z
    .string()
    .regex(/^\d{1,9}$/, 'must be a whole number')
    .transform(Number)
    .refine((limit) => limit >= 1 && limit <= 100, 'must be from 1 to 100')
    .default(50),
  cursor: z
    .string()
    .max(2048)
    .regex(/^[\w-]+$/, 'is not a cursor that a list gave')
    .exactOptional(),
};
const stretchSchema = z.strictObject(stretch);

/** 9999-12-31T23:59:59.999Z */
const LAST = 253_402_300_799_999;

/**
 * A time of a query, as epoch milliseconds: before 1970 and after 9999 nothing can have happened
 * (docs/spec/api.md#lists).
 */
export const epoch = time
  .transform((value) => Date.parse(value))
  .refine((at) => at >= 0 && at <= LAST, 'must lie between the years 1970 and 9999');

const notificationsSchema = z.strictObject({
  status: z.enum(STATUSES).exactOptional(),
  recipientId: recipientId.exactOptional(),
  incidentId: incidentId.exactOptional(),
  priority: z.enum(PRIORITIES).exactOptional(),
  service: serviceName.exactOptional(),
  since: epoch.exactOptional(),
  until: epoch.exactOptional(),
  ...stretch,
});

/** `limit` and `cursor`, which every list takes. */
export type ListQuery = z.output<typeof stretchSchema>;
export type NotificationsQuery = z.output<typeof notificationsSchema> & { since: number; until: number };

/** The query of a list without filters. Throws `invalid-request`. */
export const parseListQuery = (query: Record<string, string>): ListQuery => parse(stretchSchema, query);

/**
 * Fills in the range of a query: `until` is now and `since` a week before unless given, and the two lie at most as far
 * apart as records are kept, so that no query reads more days than that.
 */
export const inRange = <T extends { since?: number; until?: number }>(schema: z.ZodType<T>, now: number) =>
  schema
    .transform((given) => {
      const until = given.until ?? now;
      return { ...given, until, since: given.since ?? Math.max(0, until - DEFAULT_SPAN) };
    })
    .refine(({ since, until }) => since <= until, { error: 'must not be after until', path: ['since'] })
    .refine(({ since, until }) => until - since <= MAX_SPAN, {
      error: 'must be at most 90 days before until',
      path: ['since'],
    });

/** The query of GET /notifications, times in epoch milliseconds. */
export const parseNotificationsQuery = (query: Record<string, string>, now: number): NotificationsQuery =>
  parse(inRange(notificationsSchema, now), query);

/** Where a list over time goes on: behind the position `after`, in the range that its first stretch had. */
export interface PlaceInTime {
  /** Epoch milliseconds, both inclusive. */
  since: number;
  until: number;
  after: string;
}

/**
 * The place that a cursor of a list over time stands for. The range lies in the cursor, so that a range without bounds
 * of its own does not move while the list is walked. Throws `invalid-request` for a cursor that is foreign, and for one
 * whose position lies outside its range, or whose range is longer than a query's may be: what a made-up cursor reads
 * stays as bounded as what a query reads.
 * @param timeOf the time of a position, epoch milliseconds; NaN for none
 */
export function decodePlace(
  listing: Listing,
  position: z.ZodType<string>,
  timeOf: (position: string) => number,
  cursor: string,
): PlaceInTime {
  const moment = z.int().min(0).max(LAST);
  const place = z
    .strictObject({ since: moment, until: moment, after: position })
    .refine(({ since, until }) => until - since <= MAX_SPAN)
    .refine(({ since, until, after }) => timeOf(after) >= since && timeOf(after) <= until);
  return decodeCursor(listing, place, cursor);
}
