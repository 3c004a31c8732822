import * as z from 'zod';
import { lanesEnv } from '../runtime/lanes-env.ts';
import { suppressionEnv } from '../runtime/suppression-env.ts';

export const voiceMenuEnv = z.object({
  TABLE_NAME: z.string(),
  /** Bus that gets an event for every status change (docs/events.md). */
  EVENT_BUS_NAME: z.string(),
  ANSWER_QUEUE_URL: z.string(),
  /** Key 9 pages the next people. */
  LANES: lanesEnv,
  ESCALATION_CHECK_QUEUE_URL: z.string(),
  ALERT_QUEUE_URL: z.string(),
  PROVIDER_SECRET_ID: z.string(),
  /** The URL that Twilio signed begins with it; never taken from the request. */
  PUBLIC_BASE_URL: z.string(),
  ...suppressionEnv,
  /** 1 in AWS. */
  TIME_SCALE: z.coerce.number().positive().default(1),
});
