import * as z from 'zod';
import type { PageStore } from '../core/page/ports.ts';
import type { AnswerMessage } from '../core/replies/ports.ts';
import { readMessage } from '../runtime/read-message.ts';
import type { RecordHandler } from '../runtime/sqs-handler.ts';
import { answerAll } from '../use-cases/answer-incident.ts';
import type { AfterAnswer } from './after-answer.ts';

const schema = z.object({
  incidentId: z.string().min(1),
  action: z.enum(['acknowledge', 'resolve']),
  by: z.string(),
  via: z.enum(['api', 'sms', 'voice', 'slack', 'link', 'dispatch']),
  at: z.number(),
  everyone: z.boolean(),
  onlyPage: z.string().exactOptional(),
  answeredBy: z.string().exactOptional(),
});

const aboutSchema = z.object({ incidentId: z.string().min(1) });

/**
 * What follows an answer: once at once, and once when the index surely shows every page
 * (docs/spec/replies.md#stopping). Both passes stop what is still queued, and see to what can be taken back or told.
 */
export const createPropagateAnswer =
  (pages: PageStore, afterAnswer: AfterAnswer): RecordHandler =>
  async ({ body }) => {
    const message: AnswerMessage = readMessage(body, schema, aboutSchema);
    const answered = await answerAll(pages, message);
    await afterAnswer(answered, message);
  };
