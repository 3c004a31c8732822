import * as z from 'zod';

export const healthEnv = z.object({
  TABLE_NAME: z.string(),
  SMS_URGENT_QUEUE_URL: z.string(),
  SMS_NORMAL_QUEUE_URL: z.string(),
});
