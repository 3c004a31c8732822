import * as z from 'zod';
import { deadLettersEnv, lanesEnv } from '../runtime/lanes-env.ts';

export const redriveEnv = z.object({
  TABLE_NAME: z.string(),
  /** Bus that gets an event for every status change (docs/events.md). */
  EVENT_BUS_NAME: z.string(),
  LANES: lanesEnv,
  DEAD_LETTERS: deadLettersEnv,
  ESCALATION_CHECK_QUEUE_URL: z.string(),
  REDRIVE_QUEUE_URL: z.string(),
  /** Takes messages that nobody can read. */
  DEAD_LETTER_QUEUE_URL: z.string(),
  /** 1 in AWS. */
  TIME_SCALE: z.coerce.number().positive().default(1),
});
