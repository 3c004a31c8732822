import * as z from 'zod';

export const maintenanceWindowsEnv = z.object({
  TABLE_NAME: z.string(),
  /** Wakes whoever tends held pages. */
  RELEASE_QUEUE_URL: z.string(),
});
