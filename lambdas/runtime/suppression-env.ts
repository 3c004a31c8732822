import * as z from 'zod';

/** What a function that accepts pages needs to hold them. */
export const suppressionEnv = {
  RELEASE_QUEUE_URL: z.string(),
  /** How many pages to one person may begin on one interruptive channel in an hour; CRITICAL ones are not counted. */
  HOURLY_CAP: z.coerce.number().int().positive(),
};
