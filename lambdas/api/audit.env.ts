import * as z from 'zod';

export const auditEnv = z.object({ TABLE_NAME: z.string() });
