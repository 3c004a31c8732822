import * as z from 'zod';
import { receivingEnv } from '../runtime/queueing-env.ts';

export const snsSmsLogEnv = z.object({
  ...receivingEnv,
  /** Takes messages that nobody can read. */
  DEAD_LETTER_QUEUE_URL: z.string(),
});
