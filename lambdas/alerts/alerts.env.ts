import * as z from 'zod';
import { lanesEnv } from '../runtime/lanes-env.ts';
import { suppressionEnv } from '../runtime/suppression-env.ts';

export const alertsEnv = z.object({
  TABLE_NAME: z.string(),
  /** Bus that gets an event for every status change (docs/events.md). */
  EVENT_BUS_NAME: z.string(),
  LANES: lanesEnv,
  ESCALATION_CHECK_QUEUE_URL: z.string(),
  ANSWER_QUEUE_URL: z.string(),
  ALERT_QUEUE_URL: z.string(),
  /** Takes messages that nobody can read. */
  DEAD_LETTER_QUEUE_URL: z.string(),
  /** Empty where there is none. */
  OPERATIONS_TOPIC_ARN: z.string(),
  /** Comma list of ids. */
  OPERATIONS_RECIPIENTS: z.string().transform((list) => list.split(',').filter((id) => id !== '')),
  /** What links to pages begin with; without a trailing slash. */
  PUBLIC_BASE_URL: z.string(),
  ...suppressionEnv,
  /** 1 in AWS. */
  TIME_SCALE: z.coerce.number().positive().default(1),
});
