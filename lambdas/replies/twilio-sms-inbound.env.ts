import * as z from 'zod';
import { changingEnv, twilioWebhookEnv } from '../runtime/pages-env.ts';

export const twilioSmsInboundEnv = z.object({
  ...changingEnv,
  ...twilioWebhookEnv,
  ANSWER_QUEUE_URL: z.string(),
  /** Has a person told on other channels that texts have stopped. */
  ALERT_QUEUE_URL: z.string(),
});
