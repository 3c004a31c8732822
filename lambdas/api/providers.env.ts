import * as z from 'zod';

export const providersEnv = z.object({ TABLE_NAME: z.string() });
