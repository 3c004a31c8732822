import * as z from 'zod';

export const answerEnv = z.object({ TABLE_NAME: z.string(), EVENT_BUS_NAME: z.string(), ANSWER_QUEUE_URL: z.string() });
