/** What limits how fast and where Lifeline sends. Times are epoch milliseconds, durations milliseconds. */
import type { Leases } from '../lease/ports.ts';
import type { RateLimitState } from './gcra.ts';

export interface RateLimitStore {
  get(sender: string): Promise<RateLimitState>;
  save(sender: string, before: RateLimitState, after: RateLimitState): Promise<'saved' | 'conflict'>;
}

/** A phone takes one call at a time (docs/spec/delivery.md#attempts): a lease for each phone, held by a call. */
export type PhoneLocks = Leases;
