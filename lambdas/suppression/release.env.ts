import * as z from 'zod';
import { lanesEnv } from '../runtime/lanes-env.ts';

export const releaseEnv = z.object({
  TABLE_NAME: z.string(),
  /** Bus that gets an event for every status change (docs/events.md). */
  EVENT_BUS_NAME: z.string(),
  LANES: lanesEnv,
  ESCALATION_CHECK_QUEUE_URL: z.string(),
  ALERT_QUEUE_URL: z.string(),
  RELEASE_QUEUE_URL: z.string(),
  /** Takes messages that nobody can read. */
  DEAD_LETTER_QUEUE_URL: z.string(),
  /** What schedules send to, and in which role. */
  RELEASE_QUEUE_ARN: z.string(),
  SCHEDULE_ROLE_ARN: z.string(),
  /** 1 in AWS. */
  TIME_SCALE: z.coerce.number().positive().default(1),
});
