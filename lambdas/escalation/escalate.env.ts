import * as z from 'zod';
import { dispatchingEnv } from '../runtime/queueing-env.ts';

export const escalateEnv = z.object({
  ...dispatchingEnv,
  ALERT_QUEUE_URL: z.string(),
});
