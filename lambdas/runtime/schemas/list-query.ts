import * as z from 'zod';
import { PRIORITIES } from '../../core/page/page.ts';
import type { PageStatus } from '../api.gen.ts';
import { parse } from '../validation.ts';
import { incidentId, recipientId, serviceName, time } from './text.ts';

const DAY = 24 * 60 * 60_000;
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

/** A time of a query, as epoch milliseconds. */
export const epoch = time.transform((value) => Date.parse(value));
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
      return { ...given, until, since: given.since ?? until - DEFAULT_SPAN };
    })
    .refine(({ since, until }) => since <= until, { error: 'must not be after until', path: ['since'] })
    .refine(({ since, until }) => until - since <= MAX_SPAN, {
      error: 'must be at most 90 days before until',
      path: ['since'],
    });

/** The query of GET /notifications, times in epoch milliseconds. */
export const parseNotificationsQuery = (query: Record<string, string>, now: number): NotificationsQuery =>
  parse(inRange(notificationsSchema, now), query);
