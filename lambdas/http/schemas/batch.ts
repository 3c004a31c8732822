import * as z from 'zod';

/** Body of POST /notifications/batch. What an item is, each item's own dispatch decides. */
export const batchSchema = z.strictObject({ items: z.array(z.unknown()).min(1).max(100) });
