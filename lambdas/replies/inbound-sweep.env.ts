import * as z from 'zod';
import { changingEnv, scaledEnv } from '../runtime/pages-env.ts';

export const inboundSweepEnv = z.object({
  ...changingEnv,
  ...scaledEnv,
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
});
