import * as z from 'zod';
import type { Pin } from '../api.gen.ts';
import { describes } from './describes.ts';
import { line } from './text.ts';

/** Body of PUT /providers/{name}/{channel}/pin. */
export const pinSchema = describes<Pin>()(
  z.strictObject({ mode: z.enum(['auto', 'open', 'closed']), reason: line(200) }),
);
