import * as z from 'zod';
import { changingEnv, scaledEnv } from '../runtime/pages-env.ts';

/** A comma list. */
export const codes = (list: string): string[] => list.split(',').filter((code) => code !== '');

/** What the worker of every channel needs. */
export const workerEnv = z.object({
  ...changingEnv,
  ...scaledEnv,
  URGENT_QUEUE_URL: z.string(),
  URGENT_QUEUE_ARN: z.string(),
  NORMAL_QUEUE_URL: z.string(),
  DEAD_LETTER_QUEUE_URL: z.string(),
  /** Wakes whoever asks for a receipt that has not come. */
  RECEIPT_CHECK_QUEUE_URL: z.string(),
  /** Wakes the escalation of a page. */
  ESCALATION_CHECK_QUEUE_URL: z.string(),
  /** What operations has to know. */
  ALERT_QUEUE_URL: z.string(),
  PROVIDER_SECRET_ID: z.string(),
  /** Signs action links and the values of buttons. */
  ACTION_KEY_ID: z.string(),
  /** What links begin with; without a trailing slash. */
  PUBLIC_BASE_URL: z.string(),
  /** Calling codes that replies come back from, beside those of the sender's own: `44,353`. */
  TWO_WAY_CALLING_CODES: z.string().default('').transform(codes),
  /** How many workers drain a lane at most: the sender limits share out by it. */
  LANE_CONCURRENCY: z.coerce.number().int().positive(),
  /** Limit of one sender (docs/spec/suppression.md#held), and how many may go out at once. */
  SENDER_PER_MINUTE: z.coerce.number().positive().default(100),
  SENDER_BURST: z.coerce.number().int().positive().default(10),
});

/** Another base for a provider's API; empty means the provider's own. */
const apiUrl = z.string().default('');
/**
 * What Twilio is told to call back, like PUBLIC_BASE_URL; empty where it cannot reach us, as from the internet a
 * laptop.
 */
const callbackBaseUrl = z.string();

export const smsWorkerEnv = workerEnv.extend({
  /** Sender of texts through SNS, where the country allows it. */
  SNS_SENDER_ID: z.string(),
  /** Calling codes of the countries where it is registered. */
  SNS_SENDER_ID_CALLING_CODES: z.string().default('').transform(codes),
  TWILIO_API_URL: apiUrl,
  CALLBACK_BASE_URL: callbackBaseUrl,
});
export const emailWorkerEnv = workerEnv.extend({
  /** `Lifeline <pages@example.com>`: verified with SendGrid and SES. */
  EMAIL_FROM: z.string(),
  /** Publishes what becomes of mails through SES; empty where there is none. */
  SES_CONFIGURATION_SET: z.string().default(''),
  SENDGRID_API_URL: apiUrl,
});
export const slackWorkerEnv = workerEnv.extend({ SLACK_API_URL: apiUrl });
export const teamsWorkerEnv = workerEnv.extend({ TEAMS_API_URL: apiUrl });
export const pushWorkerEnv = workerEnv.extend({});
export const voiceWorkerEnv = workerEnv.extend({
  /** Number or pool that calls through AWS come from; empty where there is none. */
  VOICE_ORIGINATION_IDENTITY: z.string().default(''),
  TWILIO_API_URL: apiUrl,
  CALLBACK_BASE_URL: callbackBaseUrl,
});
