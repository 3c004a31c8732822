import * as z from 'zod';
import type { PlanRequest } from '../api.gen.ts';
import { describes } from './describes.ts';
import { dispatchSchema } from './dispatch.ts';
import { unique } from './text.ts';

/** Body of POST /notifications/plan. Which providers there are, the deployment knows. */
export const planSchema = describes<PlanRequest>()(
  dispatchSchema.extend({
    providersDown: z.array(z.string().max(64)).max(20).refine(unique, 'must not name a provider twice').exactOptional(),
  }),
);
