import * as z from 'zod';

export const smsWorkerEnv = z.object({
  TABLE_NAME: z.string(),
  URGENT_QUEUE_URL: z.string(),
  URGENT_QUEUE_ARN: z.string(),
  NORMAL_QUEUE_URL: z.string(),
  DEAD_LETTER_QUEUE_URL: z.string(),
  /** Wakes whoever asks for a receipt that has not come. */
  RECEIPT_CHECK_QUEUE_URL: z.string(),
  PROVIDER_SECRET_ID: z.string(),
  /** Signs the links in texts that cannot be replied to. */
  ACTION_KEY_ID: z.string(),
  /** Sender of texts through SNS, where the country allows it. */
  SNS_SENDER_ID: z.string(),
  /** What providers are told to call back, without a trailing slash. */
  PUBLIC_BASE_URL: z.string(),
  /** Another base for Twilio's API; empty means Twilio's own. */
  TWILIO_API_URL: z.string().default(''),
  /** How many workers drain a lane at most: the sender limits share out by it. */
  LANE_CONCURRENCY: z.coerce.number().int().positive(),
  /** 1 in AWS. */
  TIME_SCALE: z.coerce.number().positive().default(1),
});
