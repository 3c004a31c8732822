/** Parts that the environments of many functions have in common. */
import * as z from 'zod';

/** What a function that changes pages or circuits needs. */
export const changingEnv = {
  TABLE_NAME: z.string(),
  /** Bus that gets an event for every status change (docs/events.md). */
  EVENT_BUS_NAME: z.string(),
};

export const scaledEnv = {
  /** How many times shorter waits are; 1 in AWS. */
  TIME_SCALE: z.coerce.number().positive().default(1),
};

/** What a function that Twilio calls needs. */
export const twilioWebhookEnv = {
  PROVIDER_SECRET_ID: z.string(),
  /** The URL that Twilio signed begins with it; never taken from the request. */
  PUBLIC_BASE_URL: z.string(),
};
