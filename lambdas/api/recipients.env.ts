import * as z from 'zod';

export const recipientsEnv = z.object({ TABLE_NAME: z.string() });
