import * as z from 'zod';
import { lanesEnv } from '../runtime/lanes-env.ts';
import { suppressionEnv } from '../runtime/suppression-env.ts';

export const dispatchEnv = z.object({
  TABLE_NAME: z.string(),
  /** Bus that gets an event for every status change (docs/events.md). */
  EVENT_BUS_NAME: z.string(),
  LANES: lanesEnv,
  ESCALATION_CHECK_QUEUE_URL: z.string(),
  ANSWER_QUEUE_URL: z.string(),
  /** Operations hears of pages that can reach nobody. */
  ALERT_QUEUE_URL: z.string(),
  ...suppressionEnv,
  /** 1 in AWS. */
  TIME_SCALE: z.coerce.number().positive().default(1),
});
