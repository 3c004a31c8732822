import * as z from 'zod';
import { CHANNELS } from '../core/page/page.ts';

const queueGroup = z.object({
  /** Of lanes: the channel they carry. */
  channel: z.enum(CHANNELS).optional(),
  /** Name that GET /health/details shows → the queue's own name. */
  queues: z.record(z.string(), z.string()),
  /** The dead-letter queue that they share. */
  deadLetters: z.string(),
});
export type QueueGroup = z.output<typeof queueGroup>;

/** Another base for a provider's API; empty means the provider's own. */
const apiUrl = z.string().default('');

export const healthCheckEnv = z.object({
  TABLE_NAME: z.string(),
  /** Hears of every change of status (docs/events.md). */
  EVENT_BUS_NAME: z.string(),
  PROVIDER_SECRET_ID: z.string(),
  /** Brings the second check of the minute. */
  HEALTH_QUEUE_URL: z.string(),
  /**
   * The queues to look at, as JSON. By name, because Lambda takes 4 KB of variables together and URLs would fill it: the
   * rest of the URL is that of HEALTH_QUEUE_URL, which is in the same account and region.
   */
  QUEUES: z
    .string()
    .transform((text) => JSON.parse(text) as unknown)
    .pipe(z.array(queueGroup)),
  /** As the workers have them; empty where mails or standby calls are not set up. */
  EMAIL_FROM: z.string().default(''),
  VOICE_ORIGINATION_IDENTITY: z.string().default(''),
  TWILIO_API_URL: apiUrl,
  SENDGRID_API_URL: apiUrl,
  SLACK_API_URL: apiUrl,
  /** 1 in AWS. */
  TIME_SCALE: z.coerce.number().positive().default(1),
});
