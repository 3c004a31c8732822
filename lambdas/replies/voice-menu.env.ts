import * as z from 'zod';
import { twilioWebhookEnv } from '../runtime/pages-env.ts';
import { dispatchingEnv } from '../runtime/queueing-env.ts';

export const voiceMenuEnv = z.object({
  ...dispatchingEnv,
  ...twilioWebhookEnv,
  ALERT_QUEUE_URL: z.string(),
});
