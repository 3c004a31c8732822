import type { RecipientStore } from '../core/recipient/ports.ts';
import type { Recipient } from '../core/recipient/recipient.ts';
import { updateWithRetry } from './update-with-retry.ts';

/** Losing this often means that something writes the recipient without end. */
const MAX_ATTEMPTS = 12;

/**
 * Applies a pure decision to a stored recipient and writes it, deciding anew on the fresh record whenever somebody else
 * was faster.
 * @param decide gives the next record, under a new version, or none (or the same) for "nothing to write"
 * @returns the record as it was, and what this call wrote, if anything; undefined where there is no such recipient
 * @throws when the record keeps moving; the caller's queue or client tries again
 */
export async function changeRecipient<D extends { next: Recipient }>(
  recipients: Pick<RecipientStore, 'get' | 'put'>,
  id: string,
  decide: (stored: Recipient) => D | undefined,
): Promise<{ stored: Recipient; written?: D } | undefined> {
  const done = await updateWithRetry({
    load: () => recipients.get(id),
    decide: (stored) => stored && decide(stored),
    save: (stored, decision) => (stored && decision ? recipients.put(decision.next, stored.version) : 'saved'),
    maxAttempts: MAX_ATTEMPTS,
  });
  if (!done) throw new Error(`recipient ${id} changed ${MAX_ATTEMPTS} times while it was being changed`);
  const { before: stored, decision } = done;
  return stored && { stored, ...(decision && { written: decision }) };
}
