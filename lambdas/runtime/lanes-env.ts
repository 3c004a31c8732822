import * as z from 'zod';
import { CHANNELS, type Channel } from '../core/page/page.ts';

const laneUrls = z.object({ urgent: z.string(), normal: z.string() });

/** The channels that this deployment has, each with the URLs of its two lanes, as JSON in one variable. */
export const lanesEnv = z
  .string()
  .transform((text) => JSON.parse(text) as unknown)
  .pipe(z.partialRecord(z.enum(CHANNELS), laneUrls));

/** The channels that this deployment has, each with the URL of its dead letters, as JSON in one variable. */
export const deadLettersEnv = z
  .string()
  .transform((text) => JSON.parse(text) as unknown)
  .pipe(z.partialRecord(z.enum(CHANNELS), z.string()));

export type Lanes = z.output<typeof lanesEnv>;

export const availableIn = (urls: Partial<Record<Channel, unknown>>): ReadonlySet<Channel> =>
  new Set(Object.keys(urls) as Channel[]);
