import * as z from 'zod';
import { lanesEnv } from '../runtime/lanes-env.ts';
import { suppressionEnv } from '../runtime/suppression-env.ts';

export const propagateAnswerEnv = z.object({
  TABLE_NAME: z.string(),
  /** Bus that gets an event for every status change (docs/events.md). */
  EVENT_BUS_NAME: z.string(),
  LANES: lanesEnv,
  ESCALATION_CHECK_QUEUE_URL: z.string(),
  ANSWER_QUEUE_URL: z.string(),
  /** Takes messages that nobody can read. */
  DEAD_LETTER_QUEUE_URL: z.string(),
  PROVIDER_SECRET_ID: z.string(),
  ACTION_KEY_ID: z.string(),
  /** Other bases for providers' APIs; empty means their own. */
  TWILIO_API_URL: z.string().default(''),
  SLACK_API_URL: z.string().default(''),
  ...suppressionEnv,
  /** 1 in AWS. */
  TIME_SCALE: z.coerce.number().positive().default(1),
});
