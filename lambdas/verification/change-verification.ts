import type { VerificationStore } from '../core/verification/ports.ts';
import type { Verification } from '../core/verification/verification.ts';

/** Each round one of those who compete gets through, and five tries or three sends end the competition. */
export const MOST_TRIES = 50;

/**
 * Decides on what is stored and writes it, again from the start when others got in between. A decision without `after`
 * writes nothing. Undefined when others kept getting in between.
 */
export async function changeVerification<D extends { after?: Verification }>(
  store: VerificationStore,
  recipientId: string,
  decide: (before: Verification) => D,
): Promise<{ before: Verification; decision: D } | undefined> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const before = await store.get(recipientId);
    const decision = decide(before);
    const { after = before } = decision;
    if (after === before || (await store.save(recipientId, before, after)) === 'saved') return { before, decision };
  }
  return undefined;
}
