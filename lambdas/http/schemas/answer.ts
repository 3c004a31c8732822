import * as z from 'zod';
import type { Answer } from '../api.gen.ts';
import { describes } from './describes.ts';
import { line } from './text.ts';

/** Body of acknowledge and resolve; no body means no name. */
export const answerSchema = z.preprocess(
  (body) => body ?? {},
  describes<Answer>()(z.strictObject({ by: line(100).exactOptional() })),
);

export type AnswerInput = z.output<typeof answerSchema>;
