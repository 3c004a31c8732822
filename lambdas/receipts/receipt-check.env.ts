import * as z from 'zod';
import { receivingEnv } from '../runtime/queueing-env.ts';

export const receiptCheckEnv = z.object({
  ...receivingEnv,
  RECEIPT_CHECK_QUEUE_URL: z.string(),
  /** Takes messages that nobody can read. */
  DEAD_LETTER_QUEUE_URL: z.string(),
  PROVIDER_SECRET_ID: z.string(),
  /** Another base for Twilio's API; empty means Twilio's own. */
  TWILIO_API_URL: z.string().default(''),
});
