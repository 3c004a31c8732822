/** Something that one holder has at a time. Times are epoch milliseconds, durations milliseconds. */

/** Something that one holder has at a time. A lease ends by itself, so that a holder that dies does not keep it. */
export interface Leases {
  /** True when `holder` has the lease until `until`; false while another holder has it. A holder may take it again. */
  take(name: string, holder: string, now: number, until: number): Promise<boolean>;
  /** Ends the holder's lease; nothing happens when another holder has it by now. */
  free(name: string, holder: string): Promise<void>;
}

/** Scheduled runs of one name must not overlap (ADR 19): a lease for each name, held by an invocation. */
export type RunLeases = Leases;
