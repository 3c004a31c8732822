import * as z from 'zod';

export const slackWebhooksEnv = z.object({
  TABLE_NAME: z.string(),
  /** Bus that gets an event for every status change (docs/events.md). */
  EVENT_BUS_NAME: z.string(),
  ANSWER_QUEUE_URL: z.string(),
  /** What the buttons' tokens are signed with. */
  ACTION_KEY_ID: z.string(),
  /** Holds the signing secret of the Slack app. */
  PROVIDER_SECRET_ID: z.string(),
  /** Another base for Slack's API, whose response URLs are then answered too; empty means Slack's own. */
  SLACK_API_URL: z.string().default(''),
});
