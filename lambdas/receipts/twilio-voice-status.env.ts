import * as z from 'zod';
import { lanesEnv } from '../runtime/lanes-env.ts';

export const twilioVoiceStatusEnv = z.object({
  TABLE_NAME: z.string(),
  /** Bus that gets an event for every status change (docs/events.md). */
  EVENT_BUS_NAME: z.string(),
  /** A call that could not be put through is queued for the next provider. */
  LANES: lanesEnv,
  ESCALATION_CHECK_QUEUE_URL: z.string(),
  ALERT_QUEUE_URL: z.string(),
  PROVIDER_SECRET_ID: z.string(),
  /** Where a call that is one too many is ended; empty for Twilio itself. */
  TWILIO_API_URL: z.string().default(''),
  /** The URL that Twilio signed begins with it; never taken from the request. */
  PUBLIC_BASE_URL: z.string(),
  /** 1 in AWS. */
  TIME_SCALE: z.coerce.number().positive().default(1),
});
