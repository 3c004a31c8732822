import * as z from 'zod';
import { deadLettersEnv } from '../runtime/lanes-env.ts';

export const deadLetterApiEnv = z.object({
  TABLE_NAME: z.string(),
  DEAD_LETTERS: deadLettersEnv,
  REDRIVE_QUEUE_URL: z.string(),
});
