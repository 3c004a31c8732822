import * as z from 'zod';
import { channelsEnv } from '../runtime/channels-env.ts';

export const verificationEnv = z.object({
  TABLE_NAME: z.string(),
  /** Hears of circuits that codes open or close (docs/events.md). */
  EVENT_BUS_NAME: z.string(),
  PROVIDER_SECRET_ID: z.string(),
  /** Has a person told on other channels that texts have stopped. */
  ALERT_QUEUE_URL: z.string(),
  /** Sender of texts through SNS, where the country allows one. */
  SNS_SENDER_ID: z.string(),
  /** Calling codes of the countries where it is registered, a comma list. */
  SNS_SENDER_ID_CALLING_CODES: z
    .string()
    .default('')
    .transform((list) => list.split(',').filter((code) => code !== '')),
  /** Comma list of ISO country codes, or `*`. */
  SMS_COUNTRIES: z.string(),
  /** Codes are spoken in calls where the deployment has the voice channel. */
  CHANNELS: channelsEnv,
  /** Number or pool that calls through AWS come from; empty where there is none. */
  VOICE_ORIGINATION_IDENTITY: z.string().default(''),
  /** Limits of one sender, shared with pages, and how many workers of each of their lanes share them too. */
  SMS_PER_MINUTE: z.coerce.number().positive().default(100),
  VOICE_PER_MINUTE: z.coerce.number().positive().default(60),
  LANE_CONCURRENCY: z.coerce.number().int().positive(),
  /** Another base for Twilio's API; empty means Twilio's own. */
  TWILIO_API_URL: z.string().default(''),
  /** 1 in AWS. For circuits and sender limits; nothing about codes is scaled. */
  TIME_SCALE: z.coerce.number().positive().default(1),
});
