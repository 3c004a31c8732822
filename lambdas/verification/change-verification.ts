import type { VerificationStore } from '../core/verification/ports.ts';
import type { Verification } from '../core/verification/verification.ts';
import { updateWithRetry } from '../use-cases/update-with-retry.ts';

/** Each round one of those who compete gets through, and five tries or three sends end the competition. */
export const MAX_ATTEMPTS = 50;

/**
 * Decides on what is stored and writes it, again from the start when others got in between. A decision without `after`
 * writes nothing. Undefined when others kept getting in between.
 */
export async function changeVerification<D extends { after?: Verification }>(
  store: VerificationStore,
  recipientId: string,
  decide: (before: Verification) => D,
): Promise<{ before: Verification; decision: D } | undefined> {
  return updateWithRetry({
    load: () => store.get(recipientId),
    decide,
    save: (before, { after = before }) => (after === before ? 'saved' : store.save(recipientId, before, after)),
    maxAttempts: MAX_ATTEMPTS,
  });
}
