import * as z from 'zod';
import { lanesEnv } from '../runtime/lanes-env.ts';

export const receiptCheckEnv = z.object({
  TABLE_NAME: z.string(),
  /** Bus that gets an event for every status change (docs/events.md). */
  EVENT_BUS_NAME: z.string(),
  LANES: lanesEnv,
  ESCALATION_CHECK_QUEUE_URL: z.string(),
  ALERT_QUEUE_URL: z.string(),
  RECEIPT_CHECK_QUEUE_URL: z.string(),
  /** Takes messages that nobody can read. */
  DEAD_LETTER_QUEUE_URL: z.string(),
  PROVIDER_SECRET_ID: z.string(),
  /** Another base for Twilio's API; empty means Twilio's own. */
  TWILIO_API_URL: z.string().default(''),
  /** 1 in AWS. */
  TIME_SCALE: z.coerce.number().positive().default(1),
});
