import * as z from 'zod';
import { scaledEnv } from '../runtime/pages-env.ts';

const url = z.url({ protocol: /^https?$/ });

export const webhooksEnv = z.object({
  ...scaledEnv,
  /** Separated by blanks; none where there is nobody to post to. lib/config.ts takes only https. */
  WEBHOOK_URLS: z
    .string()
    .transform((list) => list.split(' ').filter((one) => one !== ''))
    .pipe(z.array(url)),
  /** What is signed with. */
  WEBHOOK_KEY_ID: z.string(),
  WEBHOOK_QUEUE_URL: z.string(),
  WEBHOOK_DEAD_LETTERS_URL: z.string(),
});
