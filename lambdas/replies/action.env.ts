import * as z from 'zod';
import { changingEnv } from '../runtime/pages-env.ts';

export const actionEnv = z.object({
  ...changingEnv,
  ANSWER_QUEUE_URL: z.string(),
  /** What action links are signed with. */
  ACTION_KEY_ID: z.string(),
});
