import * as z from 'zod';
import { scaledEnv } from '../runtime/pages-env.ts';

export const escalationCheckEnv = z.object({
  ...scaledEnv,
  TABLE_NAME: z.string(),
  STATE_MACHINE_ARN: z.string(),
  /** Takes messages that nobody can read. */
  DEAD_LETTER_QUEUE_URL: z.string(),
});
