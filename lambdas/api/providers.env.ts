import * as z from 'zod';
import { channelsEnv } from '../runtime/channels-env.ts';

export const providersEnv = z.object({ TABLE_NAME: z.string(), EVENT_BUS_NAME: z.string(), CHANNELS: channelsEnv });
