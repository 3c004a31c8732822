import * as z from 'zod';
import { receivingEnv } from '../runtime/queueing-env.ts';

export const sendGridEventsEnv = z.object({
  ...receivingEnv,
  /** Holds the key that events are verified with. */
  PROVIDER_SECRET_ID: z.string(),
});
