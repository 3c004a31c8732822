import * as z from 'zod';
import { twilioWebhookEnv } from '../runtime/pages-env.ts';
import { receivingEnv } from '../runtime/queueing-env.ts';

export const twilioVoiceStatusEnv = z.object({
  ...receivingEnv,
  ...twilioWebhookEnv,
  /** Where a call that is one too many is ended; empty for Twilio itself. */
  TWILIO_API_URL: z.string().default(''),
});
