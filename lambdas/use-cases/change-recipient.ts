import type { RecipientStore } from '../core/recipient/ports.ts';
import type { Recipient } from '../core/recipient/recipient.ts';

/** Losing this often means that something writes the recipient without end. */
const MOST_TRIES = 12;

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
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const stored = await recipients.get(id);
    if (!stored) return undefined;
    const decision = decide(stored);
    if (!decision) return { stored };
    if ((await recipients.put(decision.next, stored.version)) === 'saved') return { stored, written: decision };
  }
  throw new Error(`recipient ${id} changed ${MOST_TRIES} times while it was being changed`);
}
