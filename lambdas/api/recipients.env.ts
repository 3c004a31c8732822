import * as z from 'zod';

export const recipientsEnv = z.object({
  TABLE_NAME: z.string(),
  /** Wakes the function that looks at held pages. */
  RELEASE_QUEUE_URL: z.string(),
  /** Where Teams webhooks are called instead of their own hosts: set by the local run, empty in AWS. */
  TEAMS_API_URL: z.string().default(''),
});
