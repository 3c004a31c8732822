import * as z from 'zod';
import { PAGE_TYPES, PRIORITIES } from '../../core/page/page.ts';
import type { Dispatch } from '../api.gen.ts';
import { channelList } from './channels.ts';
import { describes } from './describes.ts';
import { identifier, incidentId, line, recipientId, serviceName, text, time, title, unique } from './text.ts';

const DESCRIPTION_BYTES = 4096;

const webUrl = line(2048).refine(
  (value) => /^https?:\/\/\S+$/i.test(value) && URL.canParse(value),
  'must be an http or https URL',
);

const incident = z.strictObject({
  id: incidentId,
  title: title(200),
  description: text()
    .refine((value) => Buffer.byteLength(value) <= DESCRIPTION_BYTES, `must have at most ${DESCRIPTION_BYTES} bytes`)
    .exactOptional(),
  priority: z.enum(PRIORITIES),
  service: serviceName,
  team: z
    .strictObject({
      id: identifier(64).exactOptional(),
      name: line(100).exactOptional(),
      slackChannel: line(64).exactOptional(),
    })
    .exactOptional(),
  alertCount: z.int().min(0).max(1_000_000_000).exactOptional(),
  triggeredAt: time.exactOptional(),
  url: webUrl.exactOptional(),
});

/** Body of POST /notifications. Defaults are filled in, but `requireAck`, which depends on type and priority. */
export const dispatchSchema = describes<Dispatch>()(
  z.strictObject({
    incident,
    recipientId,
    type: z.enum(PAGE_TYPES).default('new_incident'),
    escalationLevel: z.int().min(0).max(99).default(0),
    channels: channelList.exactOptional(),
    skipTiers: z.boolean().default(false),
    requireAck: z.boolean().exactOptional(),
    ackScope: z.enum(['incident', 'recipient']).default('incident'),
    escalateTo: z.array(recipientId).max(20).refine(unique, 'must not name a recipient twice').default([]),
  }),
);

export type DispatchInput = z.output<typeof dispatchSchema>;
