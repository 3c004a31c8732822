import * as z from 'zod';
import { channelsEnv } from '../runtime/channels-env.ts';

export const healthEnv = z.object({ TABLE_NAME: z.string(), CHANNELS: channelsEnv });
