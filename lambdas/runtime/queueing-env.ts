/** Parts that the environments of functions have in common which queue deliveries. */
import * as z from 'zod';
import { lanesEnv } from './lanes-env.ts';
import { changingEnv, scaledEnv } from './pages-env.ts';
import { suppressionEnv } from './suppression-env.ts';

export const queueingEnv = {
  ...changingEnv,
  ...scaledEnv,
  LANES: lanesEnv,
  /** Has the escalation of a page checked. */
  ESCALATION_CHECK_QUEUE_URL: z.string(),
};

/** What a function that dispatches pages needs; lib/constructs/dispatching.ts gives it. */
export const dispatchingEnv = {
  ...queueingEnv,
  ...suppressionEnv,
  /** Has an answer propagated. */
  ANSWER_QUEUE_URL: z.string(),
};

/**
 * What a function that hears receipts needs: a delivery that came back is queued for the next provider.
 * lib/constructs/receiving.ts gives it.
 */
export const receivingEnv = {
  ...queueingEnv,
  /** Has operations told of pages that reach nobody, and people of opt-outs and broken contact points. */
  ALERT_QUEUE_URL: z.string(),
};
