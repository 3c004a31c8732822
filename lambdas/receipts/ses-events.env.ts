import * as z from 'zod';
import { receivingEnv } from '../runtime/queueing-env.ts';

export const sesEventsEnv = z.object(receivingEnv);
