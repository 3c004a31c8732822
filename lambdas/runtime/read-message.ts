import type * as z from 'zod';
import { OfNewerVersion } from '../core/versions.ts';

/** A queue message that no version of Lifeline writes: not JSON, or it does not say what it is about. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
}

/**
 * Reads a queue message (ADR 18).
 *
 * A message says what it is about in fields that every version writes alike: the page, round, channel and claim of a copy,
 * the incident of a stop, the kind of an alert. What does so and yet is not as this version writes it, because a word in
 * it is not known, comes from a newer version. What does not is garbage, whoever reads it.
 * @param known the message as this version writes it; fields beside are of a newer version and do no harm
 * @param about what a message of any version says of what it is about
 * @throws OfNewerVersion, naming the fields that are not understood; Unreadable
 */
export function readMessage<S extends z.ZodType>(body: string, known: S, about: z.ZodType): z.output<S> {
  const json = parse(body);
  const read = known.safeParse(json);
  if (read.success) return read.data;
  if (!about.safeParse(json).success) throw new Unreadable('the message does not say what it is about');
  // Fields only: what stands in them may be personal.
  const fields = read.error.issues.map(({ path }) => path.join('.') || 'its form');
  throw new OfNewerVersion(`${[...new Set(fields)].join(', ')} of a message`);
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new Unreadable('the message is not JSON');
  }
}
