import * as z from 'zod';

export const healthCheckEnv = z.object({
  TABLE_NAME: z.string(),
  PROVIDER_SECRET_ID: z.string(),
  /** Brings the second check of the minute. */
  HEALTH_QUEUE_URL: z.string(),
  SMS_URGENT_QUEUE_URL: z.string(),
  SMS_NORMAL_QUEUE_URL: z.string(),
  SMS_DEAD_LETTER_QUEUE_URL: z.string(),
  RECEIPT_CHECK_QUEUE_URL: z.string(),
  RECEIPT_CHECK_DEAD_LETTER_QUEUE_URL: z.string(),
  STOP_QUEUE_URL: z.string(),
  STOP_DEAD_LETTER_QUEUE_URL: z.string(),
  /** Another base for Twilio's API; empty means Twilio's own. */
  TWILIO_API_URL: z.string().default(''),
  /** 1 in AWS. */
  TIME_SCALE: z.coerce.number().positive().default(1),
});
