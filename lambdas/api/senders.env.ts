import * as z from 'zod';

export const sendersEnv = z.object({
  TABLE_NAME: z.string(),
  PROVIDER_SECRET_ID: z.string(),
  /** Number, id or pool that standby calls come from; empty where none are set up. */
  VOICE_ORIGINATION_IDENTITY: z.string().default(''),
});
