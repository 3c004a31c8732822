import * as z from 'zod';
import { dispatchingEnv } from '../runtime/queueing-env.ts';

export const alertsEnv = z.object({
  ...dispatchingEnv,
  ALERT_QUEUE_URL: z.string(),
  /** Takes messages that nobody can read. */
  DEAD_LETTER_QUEUE_URL: z.string(),
  /** Empty where there is none. */
  OPERATIONS_TOPIC_ARN: z.string(),
  /** Comma list of ids. */
  OPERATIONS_RECIPIENTS: z.string().transform((list) => list.split(',').filter((id) => id !== '')),
  /** What links to pages begin with; without a trailing slash. */
  PUBLIC_BASE_URL: z.string(),
});
