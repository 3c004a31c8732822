import * as z from 'zod';
import { twilioWebhookEnv } from '../runtime/pages-env.ts';
import { receivingEnv } from '../runtime/queueing-env.ts';

export const twilioSmsStatusEnv = z.object({
  ...receivingEnv,
  ...twilioWebhookEnv,
});
