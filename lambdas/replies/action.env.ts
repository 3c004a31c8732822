import * as z from 'zod';

export const actionEnv = z.object({
  TABLE_NAME: z.string(),
  /** Bus that gets an event for every status change (docs/events.md). */
  EVENT_BUS_NAME: z.string(),
  ANSWER_QUEUE_URL: z.string(),
  /** What action links are signed with. */
  ACTION_KEY_ID: z.string(),
});
