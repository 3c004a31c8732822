import * as z from 'zod';
import { changingEnv, twilioWebhookEnv } from '../runtime/pages-env.ts';

export const voiceInboundEnv = z.object({
  ...changingEnv,
  ...twilioWebhookEnv,
  ANSWER_QUEUE_URL: z.string(),
});
