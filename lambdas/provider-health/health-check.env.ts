import * as z from 'zod';
import { CHANNELS, type Channel } from '../core/page/page.ts';
import { changingEnv, scaledEnv } from '../runtime/pages-env.ts';

export interface WatchedQueue {
  /** As GET /health/details shows it. */
  name: string;
  /** As SQS calls it. */
  queue: string;
  /** Of lanes: the channel they carry. */
  channel?: Channel;
}

/** A queue under the name that is shown, or the two lanes of a channel, urgent and normal, under the channel's. */
const watched = z.record(z.string(), z.union([z.string(), z.tuple([z.string(), z.string()])]));
/** What stands in `QUEUES`, as JSON. */
export type Watched = z.output<typeof watched>;

const channelOf = (name: string): Channel | undefined => CHANNELS.find((channel) => channel === name);

function queuesOf(all: Watched): WatchedQueue[] {
  return Object.entries(all).flatMap(([name, given]): WatchedQueue[] => {
    if (typeof given === 'string') return [{ name, queue: given }];
    const channel = channelOf(name);
    return ['urgent', 'normal'].map((lane, i) => ({
      name: `${name}-${lane}`,
      queue: given[i] ?? '',
      ...(channel && { channel }),
    }));
  });
}

/** Another base for a provider's API; empty means the provider's own. */
const apiUrl = z.string().default('');

export const healthCheckEnv = z.object({
  ...changingEnv,
  ...scaledEnv,
  PROVIDER_SECRET_ID: z.string(),
  /** Brings the second check of the minute. */
  HEALTH_QUEUE_URL: z.string(),
  /**
   * The queues to look at, as JSON. By name, because Lambda takes 4 KB of variables together and URLs would fill it: the
   * rest of the URL is that of HEALTH_QUEUE_URL, which is in the same account and region. Where a queue's dead letters go
   * it says itself.
   */
  QUEUES: z
    .string()
    .transform((text) => JSON.parse(text) as unknown)
    .pipe(watched)
    .transform(queuesOf),
  /** As the workers have them; empty where mails or standby calls are not set up. */
  EMAIL_FROM: z.string().default(''),
  VOICE_ORIGINATION_IDENTITY: z.string().default(''),
  /** What our webhooks begin with, which Twilio's numbers should lead to; empty where Twilio cannot reach us. */
  CALLBACK_BASE_URL: z.string().default(''),
  /** Countries of the recipients, as ISO codes; `*` for all. */
  SMS_COUNTRIES: z.string().default('*'),
  TWILIO_API_URL: apiUrl,
  SENDGRID_API_URL: apiUrl,
  SLACK_API_URL: apiUrl,
});
