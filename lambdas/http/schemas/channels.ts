import * as z from 'zod';
import { CHANNELS } from '../../core/page/page.ts';
import type { Channels } from '../api.gen.ts';
import { describes } from './describes.ts';
import { unique } from './text.ts';

/** Channels that a caller names, each once. */
export const channelList = z
  .array(z.enum(CHANNELS))
  .min(1)
  .max(CHANNELS.length)
  .refine(unique, 'must not name a channel twice');

/** Body of a retry and of a test page; no body means no choice. */
export const channelsSchema = z.preprocess(
  (body) => body ?? {},
  describes<Channels>()(z.strictObject({ channels: channelList.exactOptional() })),
);
