import * as z from 'zod';

export const twilioSmsStatusEnv = z.object({
  TABLE_NAME: z.string(),
  /** A text that came back is queued for the next provider. */
  SMS_URGENT_QUEUE_URL: z.string(),
  SMS_NORMAL_QUEUE_URL: z.string(),
  PROVIDER_SECRET_ID: z.string(),
  /** The URL that Twilio signed begins with it; never taken from the request. */
  PUBLIC_BASE_URL: z.string(),
});
