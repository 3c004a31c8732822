import * as z from 'zod';

export const stopAgainEnv = z.object({ TABLE_NAME: z.string() });
