import * as z from 'zod';

export const snsSmsLogEnv = z.object({
  TABLE_NAME: z.string(),
  /** A text that came back is queued for the next provider. */
  SMS_URGENT_QUEUE_URL: z.string(),
  SMS_NORMAL_QUEUE_URL: z.string(),
});
