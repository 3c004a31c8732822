import * as z from 'zod';
import { deadLettersEnv } from '../runtime/lanes-env.ts';
import { queueingEnv } from '../runtime/queueing-env.ts';

export const redriveEnv = z.object({
  ...queueingEnv,
  DEAD_LETTERS: deadLettersEnv,
  REDRIVE_QUEUE_URL: z.string(),
  /** Takes messages that nobody can read. */
  DEAD_LETTER_QUEUE_URL: z.string(),
});
