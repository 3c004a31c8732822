import * as z from 'zod';
import type { PageStore } from '../core/ports.ts';
import { answerAll } from '../operations/stop-incident.ts';
import type { RecordHandler } from '../runtime/sqs-handler.ts';

const schema = z.object({
  incidentId: z.string().min(1),
  action: z.enum(['acknowledge', 'resolve']),
  by: z.string(),
  via: z.enum(['api', 'sms', 'voice', 'slack', 'link', 'dispatch']),
  at: z.number(),
  everyone: z.boolean(),
});

/** The second pass over an answered incident, for pages that the index did not show yet (contract §2, "Stopping"). */
export const createStopAgain =
  (pages: PageStore): RecordHandler =>
  async ({ body }) => {
    await answerAll(pages, schema.parse(JSON.parse(body)));
  };
