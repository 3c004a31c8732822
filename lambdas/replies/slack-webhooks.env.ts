import * as z from 'zod';
import { changingEnv } from '../runtime/pages-env.ts';

export const slackWebhooksEnv = z.object({
  ...changingEnv,
  ANSWER_QUEUE_URL: z.string(),
  /** What the buttons' tokens are signed with. */
  ACTION_KEY_ID: z.string(),
  /** Holds the signing secret of the Slack app. */
  PROVIDER_SECRET_ID: z.string(),
  /** Another base for Slack's API, whose response URLs are then answered too; empty means Slack's own. */
  SLACK_API_URL: z.string().default(''),
});
