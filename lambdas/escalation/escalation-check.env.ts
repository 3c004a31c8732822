import * as z from 'zod';

export const escalationCheckEnv = z.object({
  TABLE_NAME: z.string(),
  STATE_MACHINE_ARN: z.string(),
  /** Takes messages that nobody can read. */
  DEAD_LETTER_QUEUE_URL: z.string(),
  /** 1 in AWS. */
  TIME_SCALE: z.coerce.number().positive().default(1),
});
