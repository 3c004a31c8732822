import * as z from 'zod';

export const maintenanceWindowsEnv = z.object({
  TABLE_NAME: z.string(),
  /** Queue that has held pages re-evaluated. */
  RELEASE_QUEUE_URL: z.string(),
});
