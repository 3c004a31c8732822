/** What limits how fast and where Lifeline sends. Times are epoch milliseconds, durations milliseconds. */
import type { Leases } from '../lease/ports.ts';
import type { Pace } from './gcra.ts';

export interface PaceStore {
  get(sender: string): Promise<Pace>;
  save(sender: string, before: Pace, after: Pace): Promise<'saved' | 'conflict'>;
}

/** A phone takes one call at a time (contract §2, "Attempts"): a lease for each phone, held by a call. */
export type CallLines = Leases;
