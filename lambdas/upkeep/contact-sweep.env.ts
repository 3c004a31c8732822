import * as z from 'zod';
import { dispatchingEnv } from '../runtime/queueing-env.ts';

export const contactSweepEnv = z.object({
  ...dispatchingEnv,
  /** Has people and operations told of broken contact points. */
  ALERT_QUEUE_URL: z.string(),
});
