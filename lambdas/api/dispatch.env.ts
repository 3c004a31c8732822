import * as z from 'zod';
import { dispatchingEnv } from '../runtime/queueing-env.ts';

export const dispatchEnv = z.object({
  ...dispatchingEnv,
  /** Operations hears of pages that can reach nobody. */
  ALERT_QUEUE_URL: z.string(),
});
