import * as z from 'zod';
import { CHANNELS } from '../../core/page/page.ts';
import type { RedriveRequest } from '../api.gen.ts';
import { describes } from './describes.ts';

/** Body of POST /dead-letters/redrive. */
export const redriveSchema = describes<RedriveRequest>()(
  z.strictObject({ channel: z.enum(CHANNELS), limit: z.int().min(1).max(100_000).exactOptional() }),
);
