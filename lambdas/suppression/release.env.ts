import * as z from 'zod';
import { queueingEnv } from '../runtime/queueing-env.ts';

export const releaseEnv = z.object({
  ...queueingEnv,
  ALERT_QUEUE_URL: z.string(),
  RELEASE_QUEUE_URL: z.string(),
  /** Takes messages that nobody can read. */
  DEAD_LETTER_QUEUE_URL: z.string(),
  /** What schedules send to, and in which role. */
  RELEASE_QUEUE_ARN: z.string(),
  SCHEDULE_ROLE_ARN: z.string(),
});
