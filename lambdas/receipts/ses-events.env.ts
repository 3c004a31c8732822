import * as z from 'zod';
import { lanesEnv } from '../runtime/lanes-env.ts';

export const sesEventsEnv = z.object({
  TABLE_NAME: z.string(),
  /** Bus that gets an event for every status change (docs/events.md). */
  EVENT_BUS_NAME: z.string(),
  /** A mail that came back is queued for the next provider. */
  LANES: lanesEnv,
  ESCALATION_CHECK_QUEUE_URL: z.string(),
  ALERT_QUEUE_URL: z.string(),
  /** 1 in AWS. */
  TIME_SCALE: z.coerce.number().positive().default(1),
});
