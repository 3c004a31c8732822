import * as z from 'zod';
import { CHANNELS } from '../core/page/page.ts';

/** The channels that this deployment has, as a comma list in one variable. */
export const channelsEnv = z
  .string()
  .transform((list) => list.split(','))
  .pipe(z.array(z.enum(CHANNELS)).min(1));
