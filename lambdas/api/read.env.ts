import * as z from 'zod';

export const readEnv = z.object({ TABLE_NAME: z.string() });
