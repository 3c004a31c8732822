import * as z from 'zod';
import type { OperationsAlert } from '../core/alerts/alert.ts';
import type { AlertMessage, BrokenContactMessage, OptOutMessage } from '../core/alerts/ports.ts';
import { CHANNELS, PRIORITIES, PROVIDERS } from '../core/page/page.ts';
import { METRICS } from '../runtime/metric-names.ts';
import type { Count } from '../runtime/metrics.ts';
import { readMessage } from '../runtime/read-message.ts';
import type { RecordHandler } from '../runtime/sqs-handler.ts';
import type { createGroup } from './group.ts';

const kind = z.enum(['FAILED', 'EXHAUSTED', 'PERMANENT', 'NO_USABLE_CHANNEL', 'NOT_PASSED_ON']);
/** What windows group: contact points too, of which the alert is made here. */
const groupKind = z.enum([...kind.options, 'CONTACT_BROKEN']);
const cause = z.string().min(1);
const id = z.string().min(1);

const schema: z.ZodType<AlertMessage> = z.discriminatedUnion('kind', [
  z.object({
    kind,
    cause,
    incidentId: id,
    recipientId: id,
    pageId: id.exactOptional(),
    priority: z.enum(PRIORITIES),
    service: z.string(),
  }),
  z.object({
    kind: z.enum(['OPT_OUT', 'OPT_IN']),
    recipientId: id,
    version: z.int(),
    from: z.enum(['person', ...PROVIDERS]),
  }),
  z.object({ kind: z.literal('WINDOW_OVER'), group: z.object({ kind: groupKind, cause }), start: z.number() }),
  z.object({
    kind: z.literal('CONTACT_BROKEN'),
    recipientId: id,
    channel: z.enum(CHANNELS),
    about: id,
    since: z.number(),
  }),
]);

const aboutSchema = z.object({ kind: z.string().min(1) });

/** What alarms ring for; a refused dispatch is counted by the API that refused it. */
const COUNTED: Partial<Record<OperationsAlert['kind'], string>> = {
  FAILED: METRICS.pagesFailed,
  PERMANENT: METRICS.pagesFailedByMailAndText,
  EXHAUSTED: METRICS.pagesExhausted,
  NOT_PASSED_ON: METRICS.pagesNotPassedOn,
};

interface Deps {
  group: ReturnType<typeof createGroup>;
  tellOptedOut: (message: OptOutMessage) => Promise<void>;
  tellBrokenContact: (message: BrokenContactMessage, again: boolean) => Promise<void>;
  count: Count;
}

/** One message of the queue of alerts. It may come twice, and in any order. */
export function createAlerts({ group, tellOptedOut, tellBrokenContact, count }: Deps): RecordHandler {
  return async ({ body, attributes }) => {
    const again = Number(attributes.ApproximateReceiveCount) > 1;
    const message = readMessage(body, schema, aboutSchema);
    switch (message.kind) {
      case 'WINDOW_OVER':
        return group.over(message, again);
      case 'OPT_OUT':
      case 'OPT_IN':
        return tellOptedOut(message);
      case 'CONTACT_BROKEN':
        return tellBrokenContact(message, again);
      default: {
        // Before anything can fail: an alarm is told by others.
        const metric = COUNTED[message.kind];
        if (metric !== undefined) count(metric);
        return group.alert(message, again);
      }
    }
  };
}
