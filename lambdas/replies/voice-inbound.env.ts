import * as z from 'zod';

export const voiceInboundEnv = z.object({
  TABLE_NAME: z.string(),
  /** Bus that gets an event for every status change (docs/events.md). */
  EVENT_BUS_NAME: z.string(),
  ANSWER_QUEUE_URL: z.string(),
  PROVIDER_SECRET_ID: z.string(),
  /** The URL that Twilio signed begins with it; never taken from the request. */
  PUBLIC_BASE_URL: z.string(),
});
