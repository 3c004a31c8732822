import * as z from 'zod';

export const inboundSweepEnv = z.object({
  TABLE_NAME: z.string(),
  /** Bus that gets an event for every status change (docs/events.md). */
  EVENT_BUS_NAME: z.string(),
  ANSWER_QUEUE_URL: z.string(),
  /** Has a person told on other channels that texts have stopped. */
  ALERT_QUEUE_URL: z.string(),
  /** Work for itself: pages of the list to read, and texts to answer. */
  INBOUND_QUEUE_URL: z.string(),
  /** Takes messages that nobody can read. */
  DEAD_LETTER_QUEUE_URL: z.string(),
  PROVIDER_SECRET_ID: z.string(),
  /** Empty for Twilio itself. */
  TWILIO_API_URL: z.string().default(''),
  /** 1 in AWS. */
  TIME_SCALE: z.coerce.number().positive().default(1),
});
