import * as z from 'zod';
import { DAY } from '../../core/time.ts';
import type { MaintenanceWindowInput as Described } from '../api.gen.ts';
import { describes } from './describes.ts';
import { identifier, line, recipientId, time, unique } from './text.ts';

/** Well within the 90 days that a held page is kept. */
const LONGEST = 60 * DAY;

const names = z.array(identifier(64)).min(1).max(100).refine(unique, 'must not name one twice');

/** Body of PUT /maintenance-windows/{id}; `id` is as given, for the handler to compare with the path. */
export const maintenanceWindowSchema = describes<Described>()(
  z
    .strictObject({
      id: recipientId.exactOptional(),
      services: names.exactOptional(),
      teams: names.exactOptional(),
      startsAt: time,
      endsAt: time,
      holdCritical: z.boolean().exactOptional(),
      reason: line(200).exactOptional(),
    })
    .refine(({ services, teams }) => services !== undefined || teams !== undefined, {
      error: 'must name services, teams or both: a window over everything would be one too easily made',
      path: ['services'],
    })
    // Both hold of a time that cannot be read, which has been said of it.
    .refine(({ startsAt, endsAt }) => !(Date.parse(endsAt) <= Date.parse(startsAt)), {
      error: 'must be after startsAt',
      path: ['endsAt'],
    })
    .refine(({ startsAt, endsAt }) => !(Date.parse(endsAt) - Date.parse(startsAt) > LONGEST), {
      error: 'must be at most 60 days after startsAt',
      path: ['endsAt'],
    }),
);
