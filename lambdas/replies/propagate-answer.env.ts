import * as z from 'zod';
import { dispatchingEnv } from '../runtime/queueing-env.ts';

export const propagateAnswerEnv = z.object({
  ...dispatchingEnv,
  /** Takes messages that nobody can read. */
  DEAD_LETTER_QUEUE_URL: z.string(),
  PROVIDER_SECRET_ID: z.string(),
  ACTION_KEY_ID: z.string(),
  /** Other bases for providers' APIs; empty means their own. */
  TWILIO_API_URL: z.string().default(''),
  SLACK_API_URL: z.string().default(''),
});
