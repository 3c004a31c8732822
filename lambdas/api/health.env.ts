import * as z from 'zod';

export const healthEnv = z.object({ TABLE_NAME: z.string() });
