import type { Cap } from './caps.ts';
import type { Verification } from './verification.ts';

/** The codes of each recipient. */
export interface VerificationStore {
  /** Sees every save answered before; `NO_VERIFICATION` when there is none. */
  get(recipientId: string): Promise<Verification>;
  /** Writes if the stored version is still the one it was decided on. */
  save(recipientId: string, before: Verification, after: Verification): Promise<'saved' | 'conflict'>;
}

/** Counters that never pass their maximum, however many count at once. */
export interface CapStore {
  /** Counts one more; false, and nothing counted, when it is full. */
  take(cap: Cap): Promise<boolean>;
  /** Takes one back. */
  giveBack(cap: Cap): Promise<void>;
}
